package redact_test

import (
	"testing"

	"eslguard/audit/redact"
)

// TestHarmless checks that words and names that only look a little like those of secrets stay as
// they are.
func TestHarmless(t *testing.T) {
	for _, s := range []string{
		"api lua x opinion=1 mapping: 2 ping=3 spinning=4 shipping-address: k", "api lua x laptop=1 adopt=2 optional: 3 stop=4",
		"api lua x the signature of a function", "api lua x signal=1 design: 2 assigned=3", "api lua x bearer capability", "api lua x the bearer of this",
		"api lua x passthru=1 bypass_media=true compass: n", "api lua x cookiecutter=1", "api lua x key=k keyword=k", "api lua x monkey: k hash=k",
		"api show channels like a%20b", `api json {"k":"\u00e9"}`, "api lua x 100%", "api lua x &amp; &lt;b&gt; &#65;", "api lua x <a>k</a><b c=\"d\"/>",
		"-USAGE: vm_fsdb_auth_login <profile> <domain> <user> <password>", "-USAGE: <pin> [<timeout>]",
		"api hash insert/acme/opinion/k", "api hash select/acme/pin", "api db delete/acme/token", "api vm_fsdb_auth_login default acme.test 1000",
		"api conference 3000@default+flags{mute} list", "api originate user/+1555 &conference(3000@default)", "api conference 3000 dial user/+1555",
		"api originate sofia/external/sip:1000@10.0.0.1:5060 &park", "api lua x sip:10.0.0.1:5060", "api curl https://host:8443/k@k?a=k&b=k",
		"filter Event-Name CHANNEL_CREATE", "api memcache set colour red", "sendevent X\nContent-Disposition: inline\nk: k", "api originate user/1 answer,park inline",
		"api lua x -----BEGIN CERTIFICATE-----", "api lua x eyJ", "api lua x eyJabc", "api lua x a\\tb\\nping: k",
	} {
		if got := redact.Redact(s); got != s {
			t.Errorf("Redact(%q) = %q", s, got)
		}
	}
}

// TestPlainKeys checks names that contain key and are not those of secrets.
func TestPlainKeys(t *testing.T) {
	for _, name := range []string{
		"key", "keyboard", "monkey", "key_frames", "key-frame-interval", "hotkey", "keys", "bridge_terminate_key", "group_confirm_key",
		"attxfer_cancel_key", "valet_parking_orbit_exit_key", "public_key",
	} {
		in := "api originate {" + name + "=kept}user/1 &park"
		if got := redact.Redact(in); got != in {
			t.Errorf("got %q, want %q", got, in)
		}
	}
}

// TestPlainPlaces checks texts that name a command with a secret and contain no secret.
func TestPlainPlaces(t *testing.T) {
	for _, in := range []string{
		"api uuid_send_dtmf", "api uuid_send_dtmf 8fd3", "api module_exists send_dtmf", "api conference 3000 dtmf all", "api conference 3000 list",
		"-ERR permission denied: api uuid_send_dtmf is not allowed to wallboard (bgapi > api uuid_send_dtmf)",
		"-ERR permission denied: app send_dtmf is denied to wallboard [abc]", "api show channels like dtmf",
		"api originate {exec_after_bridge_app=log,exec_after_bridge_arg=INFO x}user/1 &park",
		"api uuid_setvar_multi u1 exec_after_bridge_app=log;exec_after_bridge_arg=x",
	} {
		if got := redact.Redact(in); got != in {
			t.Errorf("got %q, want %q", got, in)
		}
	}
}
