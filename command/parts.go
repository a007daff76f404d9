package command

// apiParts says, for the APIs that hold other commands in their argument, how to find them.
func apiParts() map[string]partsFunc {
	return map[string]partsFunc{
		"alias":                   aliasParts,
		"bgapi":                   bgapiParts,
		"callcenter_config":       callcenterParts,
		"chat":                    chatParts,
		"conference":              conferenceParts,
		"enum":                    enumParts,
		"enum_auto":               enumParts,
		"eval":                    evalParts,
		"event_channel_broadcast": eventChannelParts,
		"expand":                  expandParts,
		"fifo_add_outbound":       fifoOutboundParts,
		"fifo_member":             fifoMemberParts,
		"global_setvar":           globalSetvarParts,
		"group":                   groupParts,
		"group_call":              plainParts,
		"http_prefetch":           httpPrefetchParts,
		"json":                    jsonParts,
		"originate":               originateParts,
		"page":                    pageParts,
		"sched_api":               schedAPIParts,
		"sched_broadcast":         schedBroadcastParts,
		"sched_transfer":          schedTransferParts,
		"show":                    showParts,
		"tone_detect":             toneDetectParts,
		"translate":               translateParts,
		"uuid_broadcast":          uuidBroadcastParts,
		"uuid_deflect":            uuidDeflectParts,
		"uuid_drop_dtmf":          uuidDropDTMFParts,
		"uuid_dual_transfer":      uuidDualTransferParts,
		"uuid_limit":              uuidLimitParts,
		"uuid_record":             uuidRecordParts,
		"uuid_redirect":           uuidRedirectParts,
		"uuid_setvar":             uuidSetvarParts,
		"uuid_setvar_multi":       uuidSetvarMultiParts,
		"uuid_transfer":           uuidTransferParts,
		"xml_wrap":                xmlWrapParts,
	}
}

// appParts does the same for applications.
func appParts() map[string]partsFunc {
	return map[string]partsFunc{
		"att_xfer":                    dialParts,
		"bind_digit_action":           bindDigitParts,
		"bind_meta_app":               bindMetaParts,
		"bridge":                      dialParts,
		"bridge_export":               exportParts,
		"broadcast":                   broadcastParts,
		"capture":                     captureParts,
		"conference":                  joinConferenceParts,
		"conference_set_auto_outcall": autoOutcallParts,
		"deflect":                     deflectParts,
		"dial":                        asteriskDialParts,
		"enum":                        enumParts,
		"eval":                        noParts,
		"event":                       eventParts,
		"execute_extension":           executeExtensionParts,
		"export":                      exportParts,
		"goto":                        gotoParts,
		"group":                       groupParts,
		"ivr":                         plainParts,
		"limit":                       limitParts,
		"limit_execute":               limitExecuteParts,
		"limit_hash":                  limitHashParts,
		"limit_hash_execute":          limitHashExecuteParts,
		"multiset":                    multisetParts,
		"page":                        pageAppParts,
		"phrase":                      phraseParts,
		"play_and_get_digits":         digitsParts,
		"push":                        pushParts,
		"read":                        readParts,
		"record_session":              recordSessionParts,
		"redirect":                    redirectParts,
		"sched_broadcast":             schedBroadcastAppParts,
		"sched_transfer":              schedTransferAppParts,
		"set":                         assignParts,
		"set_global":                  setGlobalParts,
		"set_profile_var":             setProfileParts,
		"set_user":                    plainParts,
		"socket":                      socketParts,
		"soft_hold":                   softHoldParts,
		"spandsp_start_fax_detect":    faxDetectParts,
		"stop":                        noParts,
		"strftime":                    strftimeParts,
		"tone_detect":                 toneDetectAppParts,
		"transfer":                    transferParts,
		"translate":                   translateParts,
		"unshift":                     pushParts,
		"valet_park":                  plainParts,
		"voicemail_ivr":               plainParts,
	}
}

// noParts is for applications whose argument is only expanded.
func noParts(*parser, trail, *call) {}

// textAPIs and textApps only show or send back what they are given.
var (
	textAPIs = []string{"echo", "log"}
	textApps = []string{"log", "eval", "stop"}
)

// assigning are the applications that only set a variable to the rest of their argument.
var assigning = []string{"set", "export", "bridge_export", "set_global"}

// setParts puts functions into the catalogue's entries.
func setParts(table map[string]*entry, parts map[string]partsFunc, texts []string) {
	for name, f := range parts {
		table[name].parts = f
	}
	for _, name := range texts {
		table[name].text = true
	}
}
