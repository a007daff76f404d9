package command

import "strings"

// apiDoubts says, for some APIs, which arguments FreeSWITCH reads in more than one way, so that not even
// a rule for opaque effects lets them pass: Parse refuses the frame that holds them, however deep.
func apiDoubts() map[string]func(args string, tokens []string) bool {
	return map[string]func(string, []string) bool{
		"coalesce":          coalesceDoubt,
		"cond":              condDoubt,
		"originate":         originateDoubt,
		"sofia_username_of": usernameDoubt,
		"strftime":          strftimeDoubt,
		"uuid_media_params": mediaParamsDoubt,
	}
}

// doubt notes that a frame is to be refused for the argument of an API in it.
func (p *parser) doubt(name, args string) {
	if p.refusal == nil {
		p.refusal = refuse(ReasonArgument, "read in more than one way, the argument of "+name+":", args)
	}
}

// coalesceDoubt is for what takes text for a format (mod_commands.c, coalesce_function).
func coalesceDoubt(args string, _ []string) bool { return strings.IndexByte(args, '%') >= 0 }

// condDoubt is for a comparison without its second side (mod_commands.c, cond_function).
func condDoubt(args string, _ []string) bool {
	last := args[strings.LastIndexAny(args, " \t\r\n\v\f")+1:]
	switch last {
	case "==", "!=", ">", ">=", "<", "<=":
		return true
	}
	return false
}

// originateDoubt is for nobody to call, and nowhere to go (mod_commands.c, originate_function).
func originateDoubt(_ string, tokens []string) bool {
	return len(tokens) >= originateMin && (isUndef(tokens[0]) || isUndef(tokens[1]))
}

// usernameDoubt is for `[PROFILE/]USER[@DOMAIN]` without a user (mod_sofia.c, sofia_username_of_function).
func usernameDoubt(args string, _ []string) bool {
	user := args
	if _, rest, ok := strings.Cut(args, "/"); ok {
		user = rest
	}
	return args != "" && (user == "" || user[0] == '@')
}

// strftimeDoubt is for `SECONDS|` without a format.
func strftimeDoubt(args string, _ []string) bool {
	_, format, ok := strings.Cut(args, "|")
	return ok && format == ""
}

// mediaParamsDoubt is for a channel and what to set of it (mod_commands.c, uuid_media_params_function).
func mediaParamsDoubt(_ string, tokens []string) bool { return len(tokens) > 1 }
