package document

import _ "embed"

//go:embed schema.json
var schema string

// Schema returns the JSON schema (draft 2020-12) of the policy file's format, for editors. Load may
// refuse what the schema accepts: the schema knows nothing of rules, networks and hashes.
func Schema() []byte { return []byte(schema) }
