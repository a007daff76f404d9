package event

import "strings"

// Reserved returns the subclasses of CUSTOM that FreeSWITCH's modules and core reserve when they
// are loaded (switch_event_reserve_subclass). ALL subscribes to them (mod_event_socket.c,
// set_all_custom). The caller must not change the map.
func Reserved() map[string]bool { return reserved }

var reserved = func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(reservedBy) {
		prefix, names, _ := strings.Cut(line, ": ")
		for _, name := range strings.Fields(names) {
			all[prefix+"::"+name] = true
		}
	}
	return all
}()

// reservedBy has the part of the names after the colons, by the part before them.
const reservedBy = `SMS: DELIVERY_REPORT
TDD: RECV_MESSAGE
alsa: ringing
callcenter: info
conference: maintenance
curl_sendfile: ack
cv: video_detect
fifo: info
filestring: close fail open
limit: usage
loopback: bowout direct
mod_bert: in_sync lost_sync timeout
multicast: event peerdown peerup
rtmp: attach connect detach disconnect login logout register unregister
skinny: alarm call_state device_to_user expire register unregister user_to_device
sofia: bye_response error expire gateway_add gateway_delete gateway_state intercepted notify_refer
sofia: notify_watched_header pre_register profile_start register register_attempt register_failure
sofia: reinvite replaced sip_user_state transferee transferor unregister
spandsp: rxfaxnegociateresult rxfaxpageresult rxfaxresult txfaxnegociateresult txfaxpageresult
spandsp: txfaxresult
valet_parking: info
verto: client_connect client_disconnect login
vm: maintenance
vmd: beep
websocket: stophook
`
