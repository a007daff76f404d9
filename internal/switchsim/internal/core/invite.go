package core

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"eslguard/internal/switchsim/internal/fstext"
)

// sipHost is the address of the switch in the SIP that it sends.
const sipHost = "192.0.2.1"

// invite records the request that a leg of sofia sends (sofia_glue.c, sofia_glue_do_invite). Its
// lines are separated by CRLF, as they are sent. Headers that no variable changes are left out, and
// so is the body.
func (d *dialer) invite(ch *Channel, leg string) {
	r := &request{ch: ch, call: d.Call}
	r.name, r.number = r.get("origination_caller_id_name"), r.get("origination_caller_id_number")
	if d.from != nil {
		from := &request{ch: d.from, call: d.Call}
		r.name = cmp.Or(r.name, from.get("effective_caller_id_name"), from.get("caller_id_name"))
		r.number = cmp.Or(r.number, from.get("effective_caller_id_number"), from.get("caller_id_number"))
		r.oli = from.get("effective_aniii")
	}
	r.number, r.oli = cmp.Or(r.number, "0000000000"), cmp.Or(r.get("origination_aniii"), r.oli)
	r.addresses(leg)
	r.identity()
	r.add("Identity", r.get("sip_h_identity"))
	r.add("Date", r.get("sip_h_date"))
	r.add("Alert-Info", r.get("alert_info"))
	r.extra()
	r.add("Max-Forwards", r.get("max_forwards"))
	r.add("Route", r.get("sip_route_uri"))
	r.add("Route", r.get("sip_invite_route_uri"))
	r.add("Replaces", r.get("_sofia_replaces_"))
	r.add("Content-Encoding", r.get("sip_content_encoding"))
	d.record("invite", leg, strings.Join(r.lines, "\r\n"), ch.UUID)
}

// A request is an INVITE that is being written.
type request struct {
	call  *Call
	ch    *Channel
	lines []string
	// name, number and oli describe the caller.
	name, number, oli string
}

// get returns a variable of the channel, or else a global one.
func (r *request) get(name string) string {
	return r.call.variable(r.ch, name)
}

// add adds a header, unless its value is empty.
func (r *request) add(name, value string) {
	if value != "" {
		r.lines = append(r.lines, name+": "+value)
	}
}

// addresses writes the request line and the headers with the addresses of both ends.
func (r *request) addresses(leg string) {
	address, to := legAddress(leg, fstext.IsTrue(r.get("sofia_suppress_url_encoding")))
	prefix := r.get("sip_destination_prefix")
	if to == address {
		to = prefix + to
	}
	url := cmp.Or(r.get("sip_invite_req_uri"), withParams("sip:"+prefix+address, r.get("sip_invite_params"), r.get("sip_invite_tel_params"), true))
	r.lines = append(r.lines, "INVITE "+url+" SIP/2.0")

	host := cmp.Or(r.get("sip_invite_domain"), sipHost)
	from := "sip:" + fstext.URLEncode(decoded(r.number)) + "@" + host
	if r.oli != "" {
		from += ";isup-oli=" + r.oli
	}
	from = cmp.Or(r.get("sip_invite_from_uri"), r.get("sip_from_uri"), from)
	from = withParams(from, r.get("sip_invite_from_params"), "", true)
	if !strings.Contains(fstext.Lower(from), "sip:") {
		from = "sip:" + from
	}
	from = "<" + from + ">"
	if name := cmp.Or(r.get("sip_from_display"), r.name); name != "" && !fstext.EqualFold(name, "_undef_") {
		from = `"` + decoded(name) + `" ` + from
	}
	r.add("From", cmp.Or(r.get("sip_invite_full_from"), r.get("sip_force_full_from"), r.get("sip_handle_full_from"), from))

	to = withParams(cmp.Or(r.get("sip_invite_to_uri"), "sip:"+to), r.get("sip_invite_to_params"), "", false)
	r.add("To", cmp.Or(r.get("sip_invite_full_to"), r.get("sip_force_full_to"), r.get("sip_handle_full_to"), to))
	r.add("Call-ID", cmp.Or(r.get("sip_invite_call_id"), r.ch.UUID))

	user := cmp.Or(r.get("sip_contact_user"), "mod_sofia")
	own := withParams("sip:"+user+"@"+sipHost+":5060", r.get("sip_invite_contact_params"), "", false)
	if fstext.IsTrue(r.get("sip_caller_id_name_in_contact")) {
		own = `"` + r.name + `" ` + own
	}
	r.add("Contact", own)
}

// identity writes the header that asserts the caller's identity; sip_cid_type says which. The
// number in it is not escaped.
func (r *request) identity() {
	host := cmp.Or(r.get("sip_invite_domain"), sipHost)
	name := ""
	if r.name != "" && !fstext.EqualFold(r.name, "_undef_") {
		name = `"` + decoded(r.name) + `"`
	}
	switch fstext.Lower(r.get("sip_cid_type")) {
	case "none":
	case "pid":
		params := r.get("sip_invite_pid_params")
		if params != "" {
			params = ";" + params
		}
		r.add("P-Asserted-Identity", strings.TrimLeft(name+" <sip:"+r.number+"@"+host+params+">", " "))
		if !fstext.IsTrue(r.get("sip_cid_suppress_privacy_none")) {
			r.add("Privacy", "none")
		}
	default:
		r.add("Remote-Party-ID", name+"<sip:"+r.number+"@"+host+">;party=calling;screen=yes;privacy=off")
	}
}

// headerVars is the prefix of variables that are headers.
const headerVars = "sip_h_"

// extra writes the headers that variables name (sofia_glue.c, sofia_glue_get_extra_headers).
func (r *request) extra() {
	vars := r.ch.variables()
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		if fstext.EqualFold(name, "sip_geolocation") {
			r.add("Geolocation", vars[name])
		}
		if fstext.HasPrefixFold(name, headerVars) {
			r.add(name[len(headerVars):], vars[name])
		}
	}
}

// legAddress returns the addresses that a leg of sofia calls and names,
// `sofia/PROFILE/ADDRESS[^TO]` or `sofia/gateway/NAME/NUMBER[^TO]`, without their schemes
// (mod_sofia.c, sofia_outgoing_channel). The user of an address is URL-encoded unless raw is set; a
// number for a gateway is not (protect_dest_uri).
func legAddress(leg string, raw bool) (address, to string) {
	_, leg, _ = strings.Cut(leg, "/")
	i := strings.LastIndexByte(leg, '/')
	if user, host, ok := strings.Cut(leg[i+1:], "@"); ok && !raw {
		leg = leg[:i+1] + fstext.URLEncode(noScheme(user)) + "@" + host
	}
	leg, to, named := strings.Cut(leg, "^")
	profile, address, _ := strings.Cut(leg, "/")
	_, host, _ := strings.Cut(address, "@")
	if fstext.EqualFold(profile, "gateway") {
		host, address, _ = strings.Cut(address, "/")
		if !strings.Contains(address, "@") {
			address += "@" + host
		}
	}
	address = noScheme(address)
	switch {
	case !named:
		to = address
	case !strings.Contains(to, "@"):
		to += "@" + cmp.Or(host, sipHost)
	}
	return address, to
}

// noScheme returns an address without its scheme.
func noScheme(address string) string {
	for _, scheme := range []string{"sips:", "sip:"} {
		if fstext.HasPrefixFold(address, scheme) {
			return address[len(scheme):]
		}
	}
	return address
}

// withParams adds params to an address, and user to the user in it (sofia_glue.c,
// sofia_overcome_sip_uri_weakness). A tilde before params adds them after the angle brackets, which
// a bare address does not have.
func withParams(uri, params, user string, bare bool) string {
	if _, rest, ok := strings.Cut(uri, "<"); ok {
		uri, _, _ = strings.Cut(rest, ">")
	}
	outer := ""
	if strings.HasPrefix(params, "~") {
		outer, params = ";"+params[1:], ""
	}
	if params != "" {
		uri += ";" + params
	}
	if !bare {
		uri = "<" + uri + ">" + outer
	}
	if name, host, ok := strings.Cut(uri, "@"); ok && user != "" {
		uri = name + ";" + user + "@" + host
	}
	return uri
}

// decoded returns a name as mod_sofia reads it (mod_sofia.h, check_decode): URL-decoded, and only
// the text between its double quotes if it has any.
func decoded(name string) string {
	name, _, _ = strings.Cut(fstext.URLDecode(name), "\x00")
	_, inner, ok := strings.Cut(name, `"`)
	if !ok {
		return name
	}
	if i := strings.LastIndexByte(inner, '"'); i >= 0 {
		inner = inner[:i]
	}
	return inner
}
