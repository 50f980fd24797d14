// ---- step 8, continued: what was reported of a version in use ----------------------------------------

/** Monitoring reports lie here as they were signed, whole, with nothing beside them; returns their paths. */
async function judgeReports(x) {
  const known = new Set();
  const reports = x.statements.filter((each) => each.kind === "monitor.report" && each.leaf);
  for (const { subject, digest, said } of reports) {
    known.add(subject);
    if (x.digest(subject) !== digest) {
      x.fault("subject-digest-mismatch", subject, "not the report that was signed");
      continue;
    }
    const prefix = subject.slice(0, subject.lastIndexOf("/") + 1);
    const listed = parseManifest(await x.record(subject), subject);
    for (const path of new Set([...x.paths(prefix), ...[...listed.keys()].map((name) => prefix + name)])) {
      known.add(path);
      if (path !== subject && x.digest(path) !== listed.get(path.slice(prefix.length))) {
        x.fault("subject-digest-mismatch", path, "not what was signed with the report");
      }
    }
    x.warnings.push(`In use from ${said.from} to ${said.to}: ${said.outcome}, as ${said.person} reports.`);
  }
  const count = reports.length;
  if (count) x.unjudged.push(`whether the numbers of ${count} monitoring reports come to the outcome stated`);
  return known;
}
