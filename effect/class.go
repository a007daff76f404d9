package effect

// A Class is what the catalogue says an API or application is good for. The zero Class is
// no class: only a rule that names the API allows it.
type Class uint8

// The classes, written @status and so on in rules.
const (
	ClassNone Class = iota
	ClassStatus
	ClassRead
	ClassSecret
	ClassCall
	ClassOriginate
	ClassMedia
	ClassMessage
	ClassConfig
	ClassExec
	ClassNested
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

// String returns the class without its @, and "" for ClassNone.
func (c Class) String() string {
	if int(c) >= len(classNames) {
		return ""
	}
	return classNames[c]
}

// ParseClass returns the class of that name, without @, and false for an unknown one.
func ParseClass(s string) (Class, bool) {
	for c, name := range classNames {
		if name == s && s != "" {
			return Class(c), true
		}
	}
	return ClassNone, false
}
