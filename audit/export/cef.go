package export

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"eslguard/audit/trail"
)

// maxCEFText is how much of one text a line contains, in bytes. Collectors cut lines that are too
// long at any place.
const maxCEFText = 2 << 10

// AppendCEF appends a record as one line of CEF, with its line feed.
func AppendCEF(dst []byte, r *trail.Record, version string) []byte {
	name := "audit " + r.Kind
	if len(r.Effects) > 0 {
		name = r.Effects[0].Kind + " " + r.Effects[0].Name
	}
	for i, s := range [...]string{"CEF:0", "eslguard", "eslguard", version, signature(r), name} {
		if i > 0 {
			dst = append(dst, '|')
			s = headerText.Replace(printed(s))
		}
		dst = append(dst, s...)
	}
	dst = append(append(append(dst, '|'), severity(r.Decision)...), '|')
	first := true
	field := func(key, value string) {
		if value == "" {
			return
		}
		if !first {
			dst = append(dst, ' ')
		}
		first = false
		dst = append(append(dst, key...), '=')
		dst = append(dst, extensionText.Replace(printed(value))...)
	}
	cefFields(r, field)
	return append(dst, '\n')
}

// signature returns the sort of event: the kind of the record, and the decision if it has one.
func signature(r *trail.Record) string {
	if r.Decision == "" {
		return r.Kind
	}
	return r.Kind + "." + r.Decision
}

// severity returns the severity of a decision, from 0 to 10.
func severity(decision string) string {
	switch decision {
	case "deny", "refuse":
		return "6"
	case "observe":
		return "4"
	default:
		return "1"
	}
}

// cefFields calls field with each key and value of the extension, in a fixed order.
func cefFields(r *trail.Record, field func(key, value string)) {
	field("rt", strconv.FormatInt(r.Time.UnixMilli(), 10))
	field("externalId", strconv.FormatUint(r.Seq, 10))
	field("act", r.Decision)
	field("suser", r.Client)
	if a, err := netip.ParseAddrPort(r.Addr); err == nil {
		key := "src"
		if a.Addr().Unmap().Is6() {
			key = "c6a2"
			field("c6a2Label", "Source IPv6 Address")
		}
		field(key, a.Addr().Unmap().String())
		field("spt", strconv.Itoa(int(a.Port())))
	}
	if r.Times > 0 {
		field("cnt", strconv.Itoa(r.Count()))
	}
	field("msg", r.Command)
	field("reason", r.Reason)
	for i, s := range [...]struct{ label, value string }{
		{"session", r.Session}, {"rule", r.Rule}, {"policy", r.Policy}, {"effects", strings.Join(effects(r.Effects), "; ")},
		{"reply", r.Reply}, {"job or id", r.Job + r.ID},
	} {
		if s.value != "" {
			key := "cs" + strconv.Itoa(i+1)
			field(key+"Label", s.label)
			field(key, s.value)
		}
	}
	if r.Of > 0 {
		field("cn1Label", "of")
		field("cn1", strconv.FormatUint(r.Of, 10))
	}
	if r.TookUS > 0 {
		field("cn2Label", "took_us")
		field("cn2", strconv.FormatInt(r.TookUS, 10))
	}
	if r.Observed > 0 {
		field("cn3Label", "observed")
		field("cn3", strconv.FormatUint(r.Observed, 10))
	}
	field("duser", r.User)
	field("dhost", r.Upstream)
}

// The escapes of CEF. A header has no escape for line ends, so they become blanks there.
var (
	headerText    = strings.NewReplacer(`\`, `\\`, `|`, `\|`, "\n", " ", "\r", " ")
	extensionText = strings.NewReplacer(`\`, `\\`, `=`, `\=`, "\n", `\n`, "\r", `\r`)
)

// printed bounds s and writes characters that cannot be printed as <U+NNNN>, except line ends,
// which are escaped later.
func printed(s string) string {
	if len(s) > maxCEFText {
		s = strings.ToValidUTF8(s[:maxCEFText], "") + "…"
	}
	if !strings.ContainsFunc(s, unprintable) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if unprintable(c) && c != '\n' && c != '\r' {
			fmt.Fprintf(&b, "<U+%04X>", c)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

func unprintable(c rune) bool { return !unicode.IsPrint(c) }
