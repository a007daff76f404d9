package recorded

import (
	"errors"
	"fmt"
	"strings"

	"eslguard/audit"
	"eslguard/audit/redact"
	"eslguard/codec"
)

// maxBody is the most bytes of a body that a record's text of a command contains. A body of that
// length may have been cut.
const maxBody = 1024

// Frame parses the text of a command, as a record contains it, into the frame that it was. It
// returns an error if the body may have been cut, or if codec refuses the text.
func Frame(text string) (*codec.Frame, error) {
	text, body, hasBody := strings.Cut(text, "\n\n")
	if len(body) >= maxBody {
		return nil, errors.New("the body may be cut")
	}
	if hasBody {
		text += fmt.Sprintf("\nContent-Length: %d", len(body))
	}
	return codec.NewClientReader(strings.NewReader(text+"\n\n"+body), codec.Limits{}).Next()
}

// IsRedacted reports whether a secret was left out of s.
func IsRedacted(s string) bool { return strings.Contains(s, strings.TrimSuffix(redact.Redacted, "]")) }

// IsCut reports whether a record may contain only the beginning of an effect's arguments. They are
// cut at a character, so up to three bytes before the limit.
func IsCut(args string) bool { return len(args) > audit.MaxEffectArgs-4 }
