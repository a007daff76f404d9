package catalog

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/fstext"
)

// Keywords returns the words that the first token of an API (KindAPI) or application (KindApp) may
// be, given its name in lower case. It returns nil if the token may be any word, and for an unknown
// name.
func Keywords(k effect.Kind, name string) (words []string) {
	forms := positionsOf().tokens[k][name]
	for i := range forms {
		subs := forms[i].subs
		if len(subs) == 0 || subs[0].index != 0 {
			return nil
		}
		for _, word := range subs[0].words {
			if strings.HasSuffix(word, "*") {
				return nil
			}
			if !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}

// neededTypes are the types of first tokens that are not optional: without them, an API or
// application does nothing.
var neededTypes = argument.SetOf(argument.TypeNested, argument.TypeNumber, argument.TypeTime, argument.TypeChannel,
	argument.TypeExtension, argument.TypeAddress, argument.TypeHost, argument.TypeURI, argument.TypeURL, argument.TypeFile,
	argument.TypeFolder, argument.TypePlay)

// optional are the APIs and applications that do something without their first token, although it
// is of a type in neededTypes.
var optional = map[string]bool{
	"api hupall": true, "api xml_flush_cache": true, "api limit_interval_reset": true,
	"app jitterbuffer": true, "app stop_displace_session": true, "app stop_record_session": true, "app video_replace": true,
	"app record_session_mask": true, "app record_session_unmask": true, "app record_session_pause": true, "app record_session_resume": true,
	"app decode_video": true, "app delay_echo": true, "app enable_heartbeat": true, "app enable_keepalive": true,
	"app sched_heartbeat": true, "app vad_test": true, "app wait_for_video_ready": true, "app sofia_sla": true,
}

// NeededArgument returns the name of the type of the first token, such as "channel", if an API
// (KindAPI) or application (KindApp) does nothing without that token. The name is in lower case. It
// returns "" if the token is optional, and for an unknown name.
func NeededArgument(k effect.Kind, name string) string {
	forms := positionsOf().tokens[k][name]
	if len(forms) == 0 || optional[k.String()+" "+name] {
		return ""
	}
	first := argument.TypeWord
	for i := range forms {
		switch t := forms[i].typeAt([]string{""}, 0); {
		case len(forms[i].subs) > 0 && forms[i].subs[0].index == 0:
		case neededTypes.Has(t), t == argument.TypeWord && k == effect.KindAPI:
			first = t
		default:
			return ""
		}
	}
	return first.String()
}

// Separator returns the character at which FreeSWITCH splits the argument of an API (KindAPI) or
// application (KindApp), and the maximum number of tokens. It returns 0 and 1 if the argument is
// one token or split only at its first space, and for an unknown name or another kind.
func (c *Catalog) Separator(k effect.Kind, name string) (by byte, tokens int) {
	e := c.entry(k, name)
	switch {
	case e == nil:
		return 0, 1
	case e.Split.Kind == fstext.SplitWords:
		return ' ', e.Split.Slots
	case e.Split.Kind == fstext.SplitChar:
		return e.Split.Sep, e.Split.Slots
	}
	return 0, 1
}
