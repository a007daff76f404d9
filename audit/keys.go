package audit

import (
	"fmt"
	"os"
	"strings"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"eslguard/audit/redact"
)

// GenerateSigner returns a key that signs checkpoints, for ReadSigner, and the key that verifies
// them, for note.NewVerifier. The error says that the name is empty or contains a blank or a plus.
func GenerateSigner(name string) (signer, verifier string, err error) {
	if name == "" || strings.ContainsAny(name, " \t\r\n+") {
		return "", "", fmt.Errorf("audit: %q cannot be the name of a key", name)
	}
	signer, verifier, err = note.GenerateKey(nil, name)
	if err != nil {
		return "", "", fmt.Errorf("audit: %w", err)
	}
	return signer, verifier, nil
}

// ReadSigner reads a signer's key from a file that contains nothing else. Its errors never quote
// the key.
func ReadSigner(path string) (note.Signer, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("audit: the key that signs checkpoints: %w", err)
	}
	s, err := note.NewSigner(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, fmt.Errorf("audit: %s contains no key that signs checkpoints", path)
	}
	return s, nil
}

// GenerateIdentity returns a new age identity, and the recipient for which it decrypts. The error
// is that of package age.
func GenerateIdentity() (identity, recipient string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", fmt.Errorf("audit: %w", err)
	}
	return id.String(), id.Recipient().String(), nil
}

// parseRecipient parses one age recipient, of any type that package age knows.
func parseRecipient(s string) (age.Recipient, error) {
	list, err := age.ParseRecipients(strings.NewReader(s))
	if err != nil {
		return nil, fmt.Errorf("%q is not an age recipient (age1…): %w", redact.Clip(s, MaxText), err)
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("%d age recipients, want one", len(list))
	}
	return list[0], nil
}
