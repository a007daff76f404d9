package effect

// A Class is a group of APIs and applications that do similar things; the catalogue assigns it. The
// zero Class, ClassNone, means no class: a rule must name such an API to allow it.
type Class uint8

// The classes. Rules write them with an @, such as @status.
const (
	ClassNone      Class = iota
	ClassStatus          // only reads, and is harmless to ask
	ClassRead            // only reads, but may be slow or show data of other calls
	ClassSecret          // its answer may be a secret
	ClassCall            // acts on calls that are up
	ClassOriginate       // makes calls
	ClassMedia           // works on media
	ClassMessage         // sends messages
	ClassConfig          // changes the configuration of the switch
	ClassExec            // runs scripts or programs
	ClassNested          // runs other commands in its argument
)

var classNames = [...]string{
	ClassNone:      "",
	ClassStatus:    "status",
	ClassRead:      "read",
	ClassSecret:    "secret",
	ClassCall:      "call",
	ClassOriginate: "originate",
	ClassMedia:     "media",
	ClassMessage:   "message",
	ClassConfig:    "config",
	ClassExec:      "exec",
	ClassNested:    "nested",
}

// String returns the name of the class without its @. It is "" for ClassNone and unknown values.
func (c Class) String() string {
	if int(c) >= len(classNames) {
		return ""
	}
	return classNames[c]
}

// ParseClass returns the class whose name, without its @, is s. It returns false if there is none;
// names are in lower case.
func ParseClass(s string) (Class, bool) {
	for c, name := range classNames {
		if name == s && s != "" {
			return Class(c), true
		}
	}
	return ClassNone, false
}
