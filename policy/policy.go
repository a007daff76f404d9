package policy

import (
	"net/netip"

	"eslguard/command"
)

// A Policy says who may cause which effect. It is a value: compiled once, never changed,
// safe for use by many goroutines.
type Policy struct {
}

// Load reads the policy file, or the directory of *.json files, at path, and compiles it. Its error
// is a Problems with everything that is wrong. Warnings are in the policy.
func Load(path string) (*Policy, error) { panic("todo") }

// Revision returns a short hash of the policy's content.
func (p *Policy) Revision() string { panic("todo") }

// Catalog returns the catalogue that commands are to be parsed with: the built-in one and the policy's own "apis".
func (p *Policy) Catalog() *command.Catalog { panic("todo") }

// Knows reports whether any client may connect from addr.
func (p *Policy) Knows(addr netip.Addr) bool { panic("todo") }

// Client returns the client of that name, and nil without one.
func (p *Policy) Client(name string) *Client { panic("todo") }

// Upstreams returns the upstreams by name.
func (p *Policy) Upstreams() map[string]*Upstream { panic("todo") }

// Credentials are what a client logs in with. For auth, User and Domain are empty.
type Credentials struct {
	User     string
	Domain   string
	Password string
}

// A Login is a proven identity: the client, and by what it was recognised, so that a
// later policy can say whether it still holds. The zero Login is nobody's.
type Login struct {
	Client *Client
	// addr, matched hash, ...
}

// Login finds the one client that may connect from addr with these credentials. Its
// error is ErrUnknown where none does and ErrAmbiguous where more than one does.
func (p *Policy) Login(addr netip.Addr, c Credentials) (Login, error) { panic("todo") }

// Renew returns l as this policy sees it. Its error says, for a person, why it holds no more.
func (p *Policy) Renew(l Login) (Login, error) { panic("todo") }

// A Client is a configured identity.
type Client struct {
	// Name is the client's key in the policy file.
	Name string
	// Upstream is where the client's sessions go.
	Upstream *Upstream
	// Sessions is how many the client may have at once. Zero: no limit.
	Sessions int
}

// An Upstream is a FreeSWITCH.
type Upstream struct {
	Name    string
	Address string
}

// Password reads the upstream's password, anew at each call, from where the policy says. A
// failed read is an error that does not hold the password.
func (u *Upstream) Password() (string, error) { panic("todo") }

// An Action is what becomes of a command. The zero Action denies.
type Action uint8

// What becomes of a command.
const (
	Deny     Action = iota
	Allow           // a rule allows every effect
	Observed        // a rule would deny, but the client is in observe mode: forward, and record it
)

// A Decision is an Action and all that explains it.
type Decision struct {
	Action Action
	// Client, Role and Rule say who, by which role, by which rule as it stands in the file.
	// Role and Rule are empty when nothing matched, or when there was no effect to decide.
	Client, Role, Rule string
	// Revision is the policy's.
	Revision string
	// Reason is a sentence for the client and the record.
	Reason string
	// Effect is the index of the effect that settled it, and -1 without one.
	Effect int
}

// Decide decides effects: allowed only when every one of them is. It allocates nothing when it allows.
func (c *Client) Decide(effects []command.Effect) Decision { panic("todo") }
