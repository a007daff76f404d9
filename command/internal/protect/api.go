package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// APIArgument refuses an empty argument of an API that copies it without checking that there is one
// (mod_blacklist.c:179, mod_esl.c:57, mod_mongo.c:138, 212 and 314, mod_smpp.c:123).
func APIArgument(g *Guard, args string, _ []string) {
	if args == "" {
		g.Refuse(catalog.ProtectAPIArgument, args)
	}
}

// Coalesce refuses a percent sign in the argument of an API that uses it as a format
// (mod_commands.c:5703).
func Coalesce(g *Guard, args string, _ []string) {
	if strings.IndexByte(args, '%') >= 0 {
		g.Refuse(catalog.ProtectCoalesceFormat, args)
	}
}

// Separator refuses ^^ alone, for APIs and applications that skip it and a separator without
// checking that there is one (mod_commands.c:5691; mod_dptools.c:1689 and 1828).
func Separator(g *Guard, args string, _ []string) {
	if args == "^^" {
		g.Refuse(catalog.ProtectLoneSeparator, args)
	}
}

// Cond refuses a comparison without its right side (mod_commands.c:2110, cond_function).
func Cond(g *Guard, args string, _ []string) {
	switch args[strings.LastIndexAny(args, " \t\r\n\v\f")+1:] {
	case "==", "!=", ">", ">=", "<", "<=":
		g.Refuse(catalog.ProtectCondOperand, args)
	}
}

// Completion refuses a cursor, c=N;, that is outside of the text after it (mod_commands.c:1631 and
// 1655). A text without a semicolon has no cursor.
func Completion(g *Guard, args string, _ []string) {
	if i := strings.Index(args, "c="); i >= 0 && strings.IndexByte(args[i:], ';') >= 0 && !fstext.IsPlainCompletion(args) {
		g.Refuse(catalog.ProtectCompleteCursor, args)
	}
}

// Originate refuses an originate with undef as its dial string or its destination
// (mod_commands.c:5150).
func Originate(g *Guard, args string, tokens []string) {
	if len(tokens) >= fstext.OriginateMin && (fstext.IsUndef(tokens[0]) || fstext.IsUndef(tokens[1])) {
		g.Refuse(catalog.ProtectOriginateUndef, args)
	}
}

// Username refuses `[PROFILE/]USER[@DOMAIN]` without a user (mod_sofia.c:3974,
// sofia_username_of_function).
func Username(g *Guard, args string, _ []string) {
	user := args
	if _, rest, ok := strings.Cut(args, "/"); ok {
		user = rest
	}
	if args != "" && (user == "" || user[0] == '@') {
		g.Refuse(catalog.ProtectSofiaUsername, args)
	}
}

// Strftime refuses `SECONDS|` without a format (mod_dptools.c:2046).
func Strftime(g *Guard, args string, _ []string) {
	if _, format, ok := strings.Cut(args, "|"); ok && format == "" {
		g.Refuse(catalog.ProtectStrftimeFormat, args)
	}
}

// MediaParams refuses a channel with a value to set (mod_commands.c:4088: it uses the session of
// the caller, not that of the channel).
func MediaParams(g *Guard, args string, tokens []string) {
	if len(tokens) > 1 {
		g.Refuse(catalog.ProtectMediaParams, args)
	}
}

// Heartbeat refuses `UUID sched` (mod_commands.c:6087: it reads the token after sched).
func Heartbeat(g *Guard, args string, tokens []string) {
	if len(tokens) == 2 && ascii.EqualFold(tokens[1], "sched") {
		g.Refuse(catalog.ProtectHeartbeatSched, args)
	}
}

// DropDTMF refuses `UUID on|off KIND VALUE` if KIND is neither of the two known ones
// (mod_commands.c:3351: it returns without unlocking the channel).
func DropDTMF(g *Guard, args string, tokens []string) {
	if len(tokens) < 4 || tokens[2] == "" || tokens[3] == "" {
		return
	}
	if !ascii.EqualFold(tokens[2], "mask_digits") && !ascii.EqualFold(tokens[2], "mask_file") {
		g.Refuse(catalog.ProtectDropDTMFMask, args)
	}
}

// Redis refuses a percent sign, since the answer is used as a format (mod_hiredis.c:174).
func Redis(g *Guard, args string, _ []string) {
	if strings.IndexByte(args, '%') >= 0 {
		g.Refuse(catalog.ProtectRedisFormat, args)
	}
}

// maxPrefix bounds the uuid before the text of bgapi, eval and expand, in bytes. FreeSWITCH's
// buffers have 257 and twice 80 (mod_commands.c:5455, 1675 and 1566). A uuid has 36 bytes; ids that
// clients choose, and the Job-UUID, have 64 at most.
const maxPrefix = 64

// Prefix refuses `uuid:UUID TEXT` with too long a UUID.
func Prefix(g *Guard, args string, _ []string) {
	uuid, _, ok := fstext.CutUUID(args)
	if ok && knownLength(uuid) > maxPrefix {
		g.Refuse(catalog.ProtectUUIDPrefix, args)
	}
}

// maxWrappers bounds how many expand and xml_wrap are nested in one another: it is the depth to
// which effects are found. Some thousands fill the stack of a connection's thread, 240 KiB.
// Commands that make sense nest two.
const maxWrappers = fstext.MaxDepth

// Wrappers refuses expand and xml_wrap if too many of them are nested in one another. They run the
// command in their argument recursively (mod_commands.c:1602 and 5252).
func Wrappers(g *Guard, args string, _ []string) {
	text := args
	for n := 1; n <= maxWrappers; n++ {
		name, rest, ok := strings.Cut(text, " ")
		switch {
		case !ok:
			return
		case ascii.EqualFold(name, "encoded"), ascii.HasPrefixFold(name, "uuid:"):
			n-- // belongs to the wrapper before it
		case !ascii.EqualFold(name, "expand") && !ascii.EqualFold(name, "xml_wrap"):
			return
		}
		text = rest
	}
	g.Refuse(catalog.ProtectWrapperDepth, args)
}

// The bounds of an expr. About 4,000 bytes, or half as many operators, fill the stack
// (exprpars.c:594, exprInternalParse). Real expressions have a handful of numbers.
const (
	maxExpr      = 1000
	maxOperators = 100
)

// Expr refuses an expression that is too long or has too many operators (mod_expr.c:43,
// expr_function).
func Expr(g *Guard, args string, _ []string) {
	operators := 0
	for i := range len(args) {
		if isOperator[args[i]] {
			operators++
		}
	}
	if len(args) > maxExpr || operators > maxOperators {
		g.Refuse(catalog.ProtectExprDepth, args)
	}
}

// isOperator has the bytes that are not just part of a name or a number in an expr (exprpars.c,
// exprStringToTokenList).
var isOperator = [256]bool{
	'(': true, ')': true, '+': true, '-': true, '*': true, '/': true, '^': true, '&': true, '=': true, ',': true, ';': true, '|': true,
}

// maxLevels bounds the levels of JSON. FreeSWITCH's own bound is 1,000 (switch_cJSON.h:129), and
// older releases have none. No request has more than five.
const maxLevels = 100

// JSON refuses a text for cJSON_Parse that is nested too deep.
func JSON(g *Guard, args string, _ []string) {
	level, quoted := 0, false
	for i := 0; i < len(args); i++ {
		switch c := args[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			if level++; level > maxLevels {
				g.Refuse(catalog.ProtectJSONDepth, args)
				return
			}
		case c == '}', c == ']':
			level--
		}
	}
}

// SetvarMultiSlots is the maximum number of variables of uuid_setvar_multi. The last one contains
// all the rest.
const SetvarMultiSlots = 64

// SetvarMulti refuses `UUID NAME=VALUE;…` that ends in a lone backslash (mod_commands.c,
// uuid_setvar_multi_function).
func SetvarMulti(g *Guard, args string, _ []string) {
	if _, vars, ok := strings.Cut(args, " "); ok {
		g.overread(fstext.Char(';', SetvarMultiSlots), vars, args)
	}
}

// Alias checks `add NAME COMMAND`. The console looks up the name of each part of the command again,
// and may find an alias (switch_console.c:385, down to 100 levels). If a command of two or more
// parts leads back to its alias, the work doubles at each level. So the parts of such a command may
// only name APIs, an alias may not have the name of an API, and no alias may name itself.
func Alias(g *Guard, args string, tokens []string) {
	if len(tokens) < 3 || !ascii.EqualFold(tokens[0], "add") && !ascii.EqualFold(tokens[0], "stickyadd") {
		return
	}
	alias, _, _ := strings.Cut(tokens[1], " ")
	parts := fstext.ConsoleParts(tokens[2])
	loops := g.cat.HasAPI(alias)
	for _, part := range parts {
		name, _, _ := strings.Cut(part, " ")
		loops = loops || ascii.EqualFold(name, alias) || len(parts) > 1 && !g.cat.HasAPI(name)
	}
	if loops {
		g.Refuse(catalog.ProtectAliasLoop, args)
	}
}
