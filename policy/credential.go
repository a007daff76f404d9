package policy

import "eslguard/policy/internal/credential"

// Credentials are what a client logs in with. User and Domain are empty for the command auth.
type Credentials = credential.Credentials

// The errors of Login when the credentials do not belong to exactly one client, or could not be
// checked.
var (
	// ErrUnknown says that no client may connect from there with these credentials.
	ErrUnknown = credential.ErrUnknown
	// ErrAmbiguous says that several clients have these credentials.
	ErrAmbiguous = credential.ErrAmbiguous
	// ErrBusy says that the login was refused because too many others were waiting to be checked.
	ErrBusy = credential.ErrBusy
)

// An ExpiredError says that the credentials belong to a client and that the password has expired.
// errors.Is reports it as ErrUnknown: only the operator learns the difference, the client does not.
type ExpiredError = credential.ExpiredError

// An Enclosed is a network that lies within a wider network of other clients, who may log in from
// there as well.
type Enclosed = credential.Enclosed

// GeneratePassword returns a new random password, made of letters, digits, - and _, and its hash
// for a policy's "password". SHA-256 is strong enough, because such a password cannot be guessed.
func GeneratePassword() (password, hash string) { return credential.GeneratePassword() }

// HashSHA256 returns the hash of a generated password for a policy: sha256: and 64 hexadecimal
// digits. For a password that a person chose, use HashArgon2id.
func HashSHA256(password string) string { return credential.HashSHA256(password) }

// HashArgon2id returns the hash of a password that a person chose, for a client with a "user":
// argon2id: and the usual $argon2id$v=19$… text, with a fresh salt. It takes about a tenth of a
// second and 64 MiB.
func HashArgon2id(password string) string { return credential.HashArgon2id(password) }
