// Package effect is the vocabulary of what commands cause in FreeSWITCH. An [Effect] is one thing
// that a command would cause: an API that runs, a leg that is dialled, a variable that is set.
// Policies decide on effects and audit records list them. Package command finds the effects of a
// frame.
//
// # Kinds
//
// The Name and the Tokens of an effect are what rules are matched on.
//
//	kind      caused by                                   name and tokens
//	api       api, bgapi, each part of a console_execute, the API; its argument, split as that
//	          getvar (as uuid_getvar), ${name(args)} and  API splits it
//	          all else that runs one
//	app       sendmsg execute, each application of        the application; its argument, expanded
//	          a sendmsg xferext, &app(args) and all else  and split as that application splits it
//	          that runs one
//	dial      each leg of a dial string; a deflect or     TYPE/DATA; deflect/URI, redirect/URI;
//	          redirect                                    [Effect.Leg] says where the leg stands
//	dialplan  what sends a channel to an extension        the dialplan; the context, the extension
//	var       what sets a variable                        channel, originate or global; the name,
//	                                                      the value
//	subscribe event: one for each type; ALL is all types  the event; of CUSTOM the subclass, none
//	          and CUSTOM without a token                  for CUSTOM as such
//	inject    sendevent, the application event            the event; the values of some headers,
//	                                                      see below
//	channel   myevents, resume, divert_events, linger,    the verb or call-command; the uuid; of
//	          sendmsg hangup, nomedia, unicast, xferext,  nomedia the nomedia-uuid; unicast
//	          sendevent with a Unique-ID                  has more, see below
//	filter    filter with a /regex/                       regex; the header
//	log       log                                         the level
//	handover  the application socket: one for each host   HOST:PORT
//	opaque    what cannot be taken apart                  the reason
//
// exit, noevents, nixevent, nolog, nolinger and filters that compare for equality touch only the
// client's own session and have no effect.
//
// A sendevent of a name that no event has injects CUSTOM, as FreeSWITCH does it, and goes up so.
// Its token is the header Event-Subclass; without it there is none, whatever the name.
//
// The tokens of inject are the values of these headers, in this order, empty where one is missing;
// other events have none:
//
//	CUSTOM                     Event-Subclass (no token without one)
//	CUSTOM SMS::SEND_MESSAGE   Event-Subclass dest_proto to from
//	NOTIFY                     profile user host to-uri event-string
//	SEND_MESSAGE               profile user host event-string
//	SEND_INFO                  profile to-uri
//	MESSAGE_WAITING            MWI-Message-Account Sofia-Profile
//	PHONE_FEATURE              profile user host
//	PRESENCE_IN, PRESENCE_OUT  proto from
//	PRESENCE_PROBE             proto from to
//
// Of NOTIFY, SEND_MESSAGE, SEND_INFO and PHONE_FEATURE one more token, NAME=VALUE, stands for each
// of contact-uri, call-id, uuid and local-user that is there and makes the event reach somebody
// else than the others say, and of from-uri, by which it comes from somebody else. SEND_INFO has
// such tokens for call-info and alert-info. NOTIFY has such tokens for extra-headers, for a
// content-type that is no plain TYPE/SUBTYPE, and, as _body, for a body. Every event has one for
// presence-data-cols, and those of schedules have some for task-id, task-runtime and
// task-sql_manager: FreeSWITCH puts these into SQL.
//
// CUSTOM SMS::SEND_MESSAGE has such tokens for proto, from_proto, from_full, sip_profile,
// to_sip_ip, to_sip_port, smpp_gateway, call_id, from_user, from_host, to_user and to_host, for a
// hint with a slash and for a type that is no plain TYPE/SUBTYPE. Besides these and the first ones
// only subject, blocking, replying, content-type and Unique-ID go up: its other headers are left
// out. The application event cannot leave them out, so there they are opaque (wrapper).
//
// The tokens of channel unicast are the uuid, remote-ip, remote-port, local-ip, local-port,
// transport and flags; what the client does not say is what FreeSWITCH takes in its place. Ports go
// up in plain digits, and an address goes up only in its plain form.
package effect
