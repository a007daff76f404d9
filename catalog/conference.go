package catalog

import "strings"

// conferenceCommands are the subcommands of the API conference whose arguments contain no other
// commands, except in expansions.
var conferenceCommands = map[string]bool{
	"agc": true, "auto-3d-position": true, "auto-energy": true, "canvas-auto-clear": true, "chkrecord": true, "clear-vid-floor": true, "count": true, "cam": true,
	"deaf": true, "dtmf": true, "energy": true, "enter_sound": true, "exit_sound": true, "file_seek": true,
	"file-vol": true, "floor": true, "get": true, "get-uuid": true, "getvar": true, "hold": true, "hup": true,
	"json_list": true, "kick": true, "list": true, "lock": true, "max-energy": true, "moh": true, "mute": true, "nopin": true,
	"norecord": true, "pause": true, "pause_play": true, "pin": true, "play": true, "play_status": true,
	"position": true, "relate": true, "resume": true, "stop": true,
	"saymember": true, "say": true, "set": true, "setvar": true, "tmute": true, "tvblind": true, "tvmute": true,
	"undeaf": true, "unhold": true, "unvblind": true, "vblind": true, "vmute-snap": true, "vid-border": true, "vid-canvas": true,
	"vid-codec-group": true, "vid-filter": true, "vid-flip": true, "vid-layer": true, "vid-personal": true, "vid-res": true,
	"vid-watching-canvas": true,
	"unlock":              true, "unmute": true, "unvmute": true, "vid-bandwidth": true, "vid-banner": true,
	"vid-bgimg": true, "vid-fgimg": true, "vid-floor": true, "vid-fps": true, "vid-layout": true,
	"vid-logo-img": true, "vid-mute-img": true, "vid-res-id": true, "vid-role-id": true, "vid-write-png": true,
	"vmute": true, "volume_in": true, "volume_out": true, "xml_list": true,
}

// IsPlainConferenceCommand reports whether the arguments of a subcommand of the API conference,
// given in lower case, contain no other commands, except in expansions. It returns false for an
// unknown one.
func IsPlainConferenceCommand(sub string) bool { return conferenceCommands[sub] }

// ownConferenceCommand reports whether the module in FreeSWITCH's tree has that subcommand, given
// in lower case. Every word that begins with say counts, since FreeSWITCH does not split such a
// subcommand from its text.
func ownConferenceCommand(sub string) bool {
	switch sub {
	case "dial", "bgdial", "transfer", "record", "recording":
		return true
	}
	return conferenceCommands[sub] || strings.HasPrefix(sub, "say")
}
