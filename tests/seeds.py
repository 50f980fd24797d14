"""Made-up credentials and identifiers of every class, and twins that look alike and are none.

Tokens are put together from parts, so that no scanner of this repository takes them for real.
"""

from __future__ import annotations

X = "x9Kq2LmZ7vTb4RwYcN8sHd3F"
DIGITS = "1234567890abcdef"

CREDENTIALS: dict[str, str] = {
    "anthropic-key": "sk-" + "ant-api03-" + X * 3,
    "artifactory-token": "AKC" + X * 2,
    "aws-access-key": "AKIA" + "Q3EGRBXL7ZPM2DNA",
    "aws-secret-key": "aws_secret_key = '" + "wJalrXUtnFEMI7K7MDENGbPxRfiCYz9K2LmQ4Tvb'",
    "azure-key": "AccountKey=" + (X * 4)[:86] + "==",
    "basic-auth": "https://trainer:" + "s3cr3t9word@nexus.example.net/simple",
    "bearer-token": "Authorization: Bearer " + X * 2,
    "databricks-token": "dapi" + DIGITS * 2,
    "discord-token": "M" + X[:23] + "." + X[:6] + "." + (X * 2)[:27],
    "github-token": "ghp" + "_" + (X * 2)[:36],
    "gitlab-token": "glpat" + "-" + X[:20],
    "google-key": "AIza" + (X * 2)[:35],
    "hugging-face-token": "hf" + "_" + (X * 2)[:34],
    "jwt": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + X,
    "mailchimp-key": DIGITS * 2 + "-us12",
    "npm-token": "npm" + "_" + (X * 2)[:36],
    "openai-key": "sk-" + "proj-" + X * 2,
    "pem-private-key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "pypi-token": "pypi-" + "AgEIcHlwaS5vcmc" + X * 4,
    "sendgrid-key": "SG" + "." + X[:22] + "." + (X * 2)[:43],
    "slack-token": "xox" + "b-123456789012-123456789012-" + X,
    "square-secret": "sq0" + "csp-" + (X * 2)[:43],
    "stripe-key": "sk" + "_live_" + X,
    "telegram-token": "123456789:" + (X * 2)[:35],
    "twilio-key": "SK" + DIGITS * 2,
    "vault-token": "hvs" + "." + X * 2,
    "wandb-key": "wandb login " + (DIGITS * 3)[:40],
    "named-secret": "db_password: hunter2hunter",
    "named-token": "hub_token: 7ec5bb1f2abc",
    "option-secret": "--api-token FAKE-not-a-real-token-123",
}

# Class, then free text, then key and value as a record holds them.
IDENTIFIERS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "A": (("seen by Dr. Okonkwo", "Patient name: Zoë Größmann"), (("last_name", "Großmann"), ("patientName", "Ana Lima"))),
    "B": (
        ("lives at 12 Harbour View Road", "Springfield, IL 62704", "P.O. Box 311", "Hauptstraße 12"),
        (("zip_code", "62704"), ("street_address", "12 Main St Apt 4"), ("city", "Springfield"), ("latitude", "40.71277")),
    ),
    "C": (
        ("DOB: 03/04/1951", "the patient was seen 2019-05-07", "a 93-year-old woman", "born on March 4, 1951"),
        (("date_of_birth", "1951-03-04"), ("admission_date", "2019-05-07T10:00:00Z"), ("age", "94")),
    ),
    "D": (("call (212) 555-0123", "+49 30 901820", "212-555-0123"), (("phone", "2125550123"), ("mobile_number", "0171 1234567"))),
    "E": (("Fax: 212.555.0199",), (("fax_number", "2125550199"),)),
    "F": (("write to zoe.gross@clinic.example", "zoe [at] clinic.example"), (("email", "ana@clinic.example"),)),
    "G": (("ssn 219-09-9999", "123-45-6789"), (("ssn", "219099999"), ("socialSecurityNumber", "219-09-9999"))),
    "H": (("MRN 00481516", "Medical record number: A-481516"), (("mrn", "00481516"), ("patient_id", "P0048151"))),
    "I": (("medicare 1EG4-TE5-MK73",), (("member_id", "XZP481516234"), ("beneficiary_number", "48151623"))),
    "J": (("card 4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"), (("account_number", "0048151623"), ("card_number", "4111111111111111"))),
    "K": (("DEA AB1234563",), (("license_number", "D1234567"), ("npi", "1234567893"), ("passport", "X1234567"))),
    "L": (("1M8GDM9AXKP042788",), (("license_plate", "B-AC 1234"), ("vin", "1M8GDM9AXKP042788"))),
    "M": (("3c:22:fb:9a:01:7e", "(01)00643169001763"), (("serial_number", "SN48151623"), ("implant_serial", "PJN7481516"))),
    "N": (
        ("https://portal.example/patients/zoe-gross", "linkedin.com/in/zoe-gross"),
        (("patient_url", "https://portal.example/z/481"),),
    ),
    "O": (("from 203.0.113.77", "2001:db8:85a3::8a2e:370:7334"), (("client_ip", "203.0.113.77"),)),
    "P": (("data:audio/wav;base64,UklGRg",), (("fingerprint_template", "Rk1SACAyMAAB"), ("voiceprint", "c29tZXZlY3Rvcg"))),
    "Q": (("data:image/jpeg;base64,/9j/4AAQ",), (("photo", "photos/481516.jpg"), ("face_image", "faces/p1.png"))),
    "R": (("QQ 12 34 56 C".replace("QQ", "AB"),), (("employee_id", "E4815162"), ("nhs_number", "943 476 5919"))),
}  # fmt: skip

CLEAN: tuple[str, ...] = (
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "commit 845653e224c31110e0ab876f6f5ad65954af4c1b", "run 109b5f6ae7484e2eb93b85fa8b42a501",
    "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01", "total_flos: 412316860416.0", "eval_loss 2.4111111111111111",
    "nvidia-cublas-cu12==12.1.3.1", "numpy==1.26.4", "2026-11-23T08:23:54.033285Z step 100/1000", "epoch 1795422121284",
    "pad_token: <pad>", "eos_token_id: 2", "max_tokens: 2048", "hub_token: <HUB_TOKEN>", "num_tokens: 123456",
    "license: apache-2.0", "learning_rate: 0.0002", "https://huggingface.co/docs/peft", "age: 47", "zip: true",
    "name: Random Forest", "device: cuda:0", "user: [scrubbed]", "password: None", "secret: false",
    "git@github.com:acme/train.git", "telephone: yes", "image_size: 224", "page 92 of 120", "localhost 127.0.0.1",
    "the patient data set has 1200 records", "architectures: LlamaForCausalLM", "accuracy by age group 65 and over",
    "2026-11-23 08:11:30 loading patient records", "dr_rate=0.1", "member function", "key: value", "api: openai",
    "version 4.57.1.2 of the client", "MAC 00:00:00:00:00:00", "city: unknown", "fingerprint: 8f2e1c9b7a",
)  # fmt: skip
