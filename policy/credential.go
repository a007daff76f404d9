package policy

import "eslguard/policy/internal/credential"

// Credentials are what a client logs in with. For auth, User and Domain are empty.
type Credentials = credential.Credentials

// What Login returns when no one client is meant.
var (
	// ErrUnknown says that no client may connect from there with these credentials.
	ErrUnknown = credential.ErrUnknown
	// ErrAmbiguous says that several may, so that nobody can say which client it is.
	ErrAmbiguous = credential.ErrAmbiguous
	// ErrBusy is the error of a login that came while too many others were being checked.
	ErrBusy = credential.ErrBusy
)

// An ExpiredError says that the password is a client's and has expired. It is an ErrUnknown: the
// client is not told the difference, the operator is.
type ExpiredError = credential.ExpiredError

// An Enclosed is a network of some clients that lies within a wider one of others, who may log in
// from there as well.
type Enclosed = credential.Enclosed

// GeneratePassword returns a new random password, made of letters, digits, - and _, and its hash
// for a policy's "password". Its SHA-256 is enough since nobody can guess it.
func GeneratePassword() (password, hash string) { return credential.GeneratePassword() }

// HashSHA256 returns the hash of a generated password for a policy: sha256: and 64 hexadecimal
// digits. For a password that a person chose, use HashArgon2id.
func HashSHA256(password string) string { return credential.HashSHA256(password) }

// HashArgon2id returns the hash of a password that a person chose, for a client with a "user":
// argon2id: and the usual $argon2id$v=19$… text, with a fresh salt. It takes about a tenth of a
// second and 64 MiB.
func HashArgon2id(password string) string { return credential.HashArgon2id(password) }
