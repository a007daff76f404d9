// Package effect is the vocabulary of what commands cause in FreeSWITCH. An [Effect] is one thing
// that a command would cause: an API runs, a leg is dialled, a variable is set. A command can have
// many effects: `api originate user/1000 &playback(hello.wav)` runs an API, dials a leg and runs an
// application. Package command finds the effects of a command, package policy decides on each of
// them, and package audit records them.
//
// # Kinds
//
// Every effect has a [Kind], a name and tokens. Rules are matched on these three.
//
//	kind       what happens                       name                tokens
//	api        an API runs                        the API             its argument, split into
//	                                                                  tokens as that API splits it
//	app        an application runs on a channel   the application     its argument, expanded, then
//	                                                                  split as the application
//	                                                                  splits it
//	dial       a leg is dialled                   TYPE/DATA           none
//	           a call is deflected                deflect/URI         none
//	           a call is redirected               redirect/URI        none
//	dialplan   a channel is sent to an extension  the dialplan        the context, the extension
//	var        a variable is set                  channel, originate  the variable, its value
//	                                              or global
//	subscribe  the session subscribes to a type   the type of event   of CUSTOM the subclass,
//	           of events                                              otherwise none
//	inject     an event is fired                  the type of event   the values of some headers,
//	                                                                  see "Injected events"
//	channel    a verb or call-command acts on a   the verb or         the uuid; nomedia and
//	           channel                            call-command        unicast have more, see below
//	filter     a filter by regular expression     regex               the header
//	           is set
//	log        the session receives the log       the level           none
//	handover   a channel is handed over to        HOST:PORT           none
//	           another program
//	opaque     something that cannot be           the reason, such    none
//	           determined                         as script
//
// The names of APIs, applications and channel verbs are in lower case, those of events and log
// levels in upper case, however the client wrote them.
//
// # What causes an effect
//
//	api        api, bgapi, each command of a console_execute, getvar (which has the effect api
//	           uuid_getvar), an expansion ${name(args)}, and everything else that runs an API
//	app        sendmsg execute, each application of a sendmsg xferext, &app(args) in an originate,
//	           and everything else that runs an application
//	dial       each leg of a dial string; an API or application that deflects or redirects a call.
//	           Effect.Leg is the place of the leg in its call
//	dialplan   everything that sends a channel to an extension
//	var        everything that sets a variable
//	subscribe  event, once for each type. ALL means every type, and CUSTOM without a subclass.
//	           CUSTOM has one effect for each subclass, and one without a token if none is given
//	inject     sendevent, and the application event
//	channel    myevents, resume, divert_events, linger; sendmsg with hangup, nomedia, unicast or
//	           xferext; sendevent with a Unique-ID
//	filter     filter with a /regex/
//	log        log
//	handover   the application socket, once for each host
//	opaque     everything that cannot be analysed. The constants OpaqueExpansion and so on are the
//	           reasons
//
// The commands exit, noevents, nixevent, nolog and nolinger, and filters that compare for equality,
// change only the client's own session and have no effect.
//
// The tokens of channel nomedia are the uuid and the nomedia-uuid. Those of channel unicast are the
// uuid, remote-ip, remote-port, local-ip, local-port, transport and flags. A header that the client
// leaves out has the value that FreeSWITCH would use. Ports are forwarded in plain digits, and
// addresses only if they are written in their plain form.
//
// # Injected events
//
// FreeSWITCH fires CUSTOM for a sendevent with a name that no event has. Its effect is inject
// CUSTOM, and it is forwarded as CUSTOM.
//
// The first tokens of inject are the values of these headers, in this order. A missing header has
// an empty token, except that CUSTOM without an Event-Subclass has no token. Other events have none
// of these tokens.
//
//	CUSTOM                     Event-Subclass
//	CUSTOM SMS::SEND_MESSAGE   Event-Subclass dest_proto to from
//	NOTIFY                     profile user host to-uri event-string
//	SEND_MESSAGE               profile user host event-string
//	SEND_INFO                  profile to-uri
//	MESSAGE_WAITING            MWI-Message-Account Sofia-Profile
//	PHONE_FEATURE              profile user host
//	PRESENCE_IN, PRESENCE_OUT  proto from
//	PRESENCE_PROBE             proto from to
//
// After them there is one token NAME=VALUE for each of these headers that the event contains:
//
//	every event                presence-data-cols
//	NOTIFY                     contact-uri call-id uuid from-uri extra-headers, content-type
//	                           unless it is a plain TYPE/SUBTYPE, and _body for a body
//	SEND_MESSAGE               uuid
//	SEND_INFO                  call-id local-user from-uri call-info alert-info
//	PHONE_FEATURE              call-id, and those of device forward_immediate forward_busy
//	                           forward_no_answer ringCount doNotDisturbOn that are not plain
//	                           XML text
//	PRESENCE_IN, PRESENCE_OUT  those of status force-status rpid that are not plain XML text
//	ADD_SCHEDULE and the other task-id task-runtime task-sql_manager
//	events of schedules
//	CUSTOM SMS::SEND_MESSAGE   proto from_proto from_full sip_profile to_sip_ip to_sip_port
//	                           smpp_gateway call_id from_user from_host to_user to_host, hint if
//	                           it contains a slash, type unless it is a plain TYPE/SUBTYPE, and
//	                           Delivery-Failure and Nonblocking-Delivery, which are refused
//	                           unless the protection chat-outcome is off
//
// The headers contact-uri, call-id, uuid and local-user change whom an event reaches, and from-uri
// changes from whom it seems to come. FreeSWITCH inserts presence-data-cols and the headers of
// schedules into SQL statements, and those that should be XML text into XML for telephones.
//
// A sendevent of CUSTOM SMS::SEND_MESSAGE is forwarded with the headers above and with subject,
// blocking, replying, content-type and Unique-ID. Its other headers are left out. The application
// event cannot leave headers out, so other headers make it opaque (wrapper) there.
package effect
