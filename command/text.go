package command

import "eslguard/internal/ascii"

// rewrites reports whether FreeSWITCH would put an unload or reload of mod_event_socket in
// the place of a frame with this header text (mod_event_socket.c, parse_command).
func rewrites(text string) bool {
	return ascii.IndexFold(text, "mod_event_socket") >= 0 &&
		(ascii.IndexFold(text, "unload") >= 0 || ascii.IndexFold(text, "reload") >= 0)
}
