package explain

// The decisions as they are printed.
const (
	allowed = "allow"
	denied  = "deny"
	refused = "refuse"
)

// A Frame is the explanation of one frame. Its JSON is the output of explain --json.
type Frame struct {
	File     string `json:"file,omitempty"`
	Number   int    `json:"frame"` // from 1
	Verb     string `json:"verb,omitempty"`
	Command  string `json:"command,omitempty"`
	Decision string `json:"decision"`
	// Observed says that no rule allows the command, and that observe mode forwards it
	// nevertheless.
	Observed bool   `json:"observed,omitempty"`
	Reason   string `json:"reason"`
	Detail   string `json:"detail,omitempty"`
	Role     string `json:"role,omitempty"`
	Rule     string `json:"rule"`
	// Near is the rule that would allow the command if its values were harmless.
	Near string `json:"near,omitempty"`
	// Effects is never nil, and neither are the tokens of an effect: programs that read the JSON
	// may rely on arrays.
	Effects  []Effect `json:"effects"`
	Dropped  []string `json:"dropped,omitempty"`
	Upstream []string `json:"upstream,omitempty"`
	Answer   string   `json:"answer,omitempty"`
	// Closed says that the session ends after this frame.
	Closed bool   `json:"closed,omitempty"`
	Hint   string `json:"hint,omitempty"`
}

// An Effect is the explanation of one effect of a frame.
type Effect struct {
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	Args   string   `json:"args"`
	Tokens []string `json:"tokens"`
	Path   string   `json:"path"`
	UUIDs  []string `json:"uuids,omitempty"`
	Later  string   `json:"later,omitempty"`
	// Leg says which leg a dial creates: a-leg, b-leg or other-leg. It is "" for other kinds.
	Leg string `json:"leg,omitempty"`
	// Types are the types of each token. They tell which tokens are harmless, so that a wildcard of
	// an allow matches them. Types is nil if all tokens are text.
	Types [][]string `json:"types,omitempty"`
	// Secret are the positions, from 0, of tokens that the audit leaves out because of where they
	// are in the command. Nil means none.
	Secret []int `json:"secret,omitempty"`
	// Decision, Role, Rule, Near and Reason are about this effect alone, as in policy.Decision.
	// Reason is set only if the effect is denied.
	Decision string `json:"decision"`
	Role     string `json:"role,omitempty"`
	Rule     string `json:"rule,omitempty"`
	Near     string `json:"near,omitempty"`
	Reason   string `json:"reason,omitempty"`
	// Suggestions are the rules that would allow a denied effect. If there are none, Unsuggested
	// says why.
	Suggestions []string `json:"suggestions,omitempty"`
	Unsuggested string   `json:"unsuggested,omitempty"`
	// Wider is the rule that allows the effect with any argument, if rules for its parts decide the
	// rest.
	Wider string `json:"wider,omitempty"`
	// Why says what could not be analysed in the command and what to do about it. Only an opaque
	// effect has it.
	Why string `json:"why,omitempty"`
	// Lacks says that rules allow the effect, but that it lacks what its role requires: Rule.
	Lacks bool `json:"lacks,omitempty"`
}

// isCommand reports whether the path of e ends in e itself, and not in what causes it.
func (e *Effect) isCommand() bool { return e.Kind == "api" || e.Kind == "app" }
