package export

import (
	"net/netip"
	"strconv"

	"eslguard/audit/trail"
)

// SchemaVersion is the version of OCSF of the events.
const SchemaVersion = "1.8.0"

// The numbers of OCSF that are used.
const (
	classAPI, classAuth        = 6003, 3002
	categoryApp, categoryIAM   = 6, 3
	activityLogon, activityOff = 1, 2
	activityOther              = 99
	statusSuccess, statusFail  = 1, 2
	severityInfo, severityLow  = 1, 2
	severityMedium             = 3
)

// An Event is one OCSF event, to be encoded as JSON.
type Event struct {
	ActivityID   int    `json:"activity_id"`
	ActivityName string `json:"activity_name"`
	CategoryUID  int    `json:"category_uid"`
	CategoryName string `json:"category_name"`
	ClassUID     int    `json:"class_uid"`
	ClassName    string `json:"class_name"`
	TypeUID      int    `json:"type_uid"`
	// Time is in milliseconds since 1970, as in the schema.
	Time       int64  `json:"time"`
	SeverityID int    `json:"severity_id"`
	Severity   string `json:"severity"`
	StatusID   int    `json:"status_id"`
	Status     string `json:"status"`
	// StatusDetail is the record's reason.
	StatusDetail string `json:"status_detail,omitempty"`
	Text         string `json:"message"`
	// Count is how many denials the event represents, if the record counts them.
	Count int `json:"count,omitempty"`
	// Duration is in milliseconds.
	Duration int64    `json:"duration,omitempty"`
	Metadata metadata `json:"metadata"`

	// These belong to the profile security_control.
	ActionID      int           `json:"action_id"`
	Action        string        `json:"action"`
	DispositionID int           `json:"disposition_id"`
	Disposition   string        `json:"disposition"`
	FirewallRule  *firewallRule `json:"firewall_rule,omitempty"`
	Policy        *policyInfo   `json:"policy,omitempty"`

	Actor       *actor    `json:"actor,omitempty"`
	API         *apiInfo  `json:"api,omitempty"`
	User        *user     `json:"user,omitempty"`
	Session     *session  `json:"session,omitempty"`
	SrcEndpoint *endpoint `json:"src_endpoint,omitempty"`
	Service     *service  `json:"service,omitempty"`
	// Unmapped contains what has no place in the schema.
	Unmapped map[string]any `json:"unmapped,omitempty"`
}

type (
	metadata struct {
		Version     string   `json:"version"`
		Product     product  `json:"product"`
		Profiles    []string `json:"profiles"`
		UID         string   `json:"uid"`
		Sequence    uint64   `json:"sequence"`
		Correlation string   `json:"correlation_uid,omitempty"`
		LogName     string   `json:"log_name"`
		Original    string   `json:"original_time"`
	}
	product struct {
		Name   string `json:"name"`
		Vendor string `json:"vendor_name"`
	}
	actor struct {
		User    *user    `json:"user,omitempty"`
		Session *session `json:"session,omitempty"`
		AppName string   `json:"app_name"`
	}
	user struct {
		Name string `json:"name"`
		UID  string `json:"uid,omitempty"`
	}
	session struct {
		UID string `json:"uid"`
	}
	apiInfo struct {
		Operation string    `json:"operation"`
		Service   *service  `json:"service,omitempty"`
		Request   *request  `json:"request,omitempty"`
		Response  *response `json:"response,omitempty"`
	}
	service struct {
		Name string `json:"name"`
	}
	request struct {
		UID string `json:"uid"`
	}
	response struct {
		Text  string `json:"message,omitempty"`
		Error string `json:"error,omitempty"`
	}
	endpoint struct {
		IP   string `json:"ip,omitempty"`
		Name string `json:"name,omitempty"`
		Port int    `json:"port,omitempty"`
	}
	firewallRule struct {
		Name string `json:"name"`
		Type string `json:"type,omitempty"`
	}
	policyInfo struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
)

// OCSF converts a record to an event. It returns false if records of its kind have no class.
func OCSF(r *trail.Record) (*Event, bool) {
	e := &Event{
		Time: r.Time.UnixMilli(), StatusDetail: r.Reason, Duration: r.TookUS / 1000,
		Metadata: metadata{
			Version: SchemaVersion, Product: product{"eslguard", "eslguard"}, Profiles: []string{"security_control"},
			UID: strconv.FormatUint(r.Seq, 10), Sequence: r.Seq, Correlation: r.Session, LogName: "audit",
			Original: r.Time.UTC().Format("2006-01-02T15:04:05.000000Z"),
		},
		SrcEndpoint: source(r),
	}
	if r.Times > 0 {
		e.Count = r.Count()
	}
	e.decide(r.Decision)
	switch r.Kind {
	case "command":
		e.command(r)
	case "reply", "job":
		e.outcome(r)
	case "login":
		e.login(r)
	case "end":
		e.logoff(r)
	default:
		return nil, false
	}
	e.TypeUID = e.ClassUID*100 + e.ActivityID
	if r.Rule != "" {
		e.FirewallRule = &firewallRule{Name: r.Rule, Type: r.Role}
	}
	if r.Policy != "" {
		e.Policy = &policyInfo{Name: "eslguard policy", Version: r.Policy}
	}
	e.unmap(r)
	return e, true
}

// source returns the address from which the client connected.
func source(r *trail.Record) *endpoint {
	a, err := netip.ParseAddrPort(r.Addr)
	switch {
	case err == nil:
		return &endpoint{IP: a.Addr().Unmap().String(), Port: int(a.Port())}
	case r.Addr != "":
		return &endpoint{Name: r.Addr}
	case r.Session != "":
		// The records of outcomes do not repeat the address.
		return &endpoint{Name: "session " + r.Session}
	default:
		return &endpoint{Name: "unknown"}
	}
}

// decide sets the decision and its severity.
func (e *Event) decide(decision string) {
	e.SeverityID, e.Severity = severityInfo, "Informational"
	e.StatusID, e.Status = statusSuccess, "Success"
	switch decision {
	case "allow":
		e.ActionID, e.Action, e.DispositionID, e.Disposition = 1, "Allowed", 1, "Allowed"
	case "deny":
		e.ActionID, e.Action, e.DispositionID, e.Disposition = 2, "Denied", 2, "Blocked"
	case "refuse":
		e.ActionID, e.Action, e.DispositionID, e.Disposition = 2, "Denied", 25, "Rejected"
	case "observe":
		e.ActionID, e.Action, e.DispositionID, e.Disposition = 3, "Observed", 17, "Logged"
		e.SeverityID, e.Severity = severityLow, "Low"
	default:
		e.ActionID, e.Action, e.DispositionID, e.Disposition = 0, "Unknown", 16, "No Action"
	}
	if e.ActionID == 2 {
		e.SeverityID, e.Severity = severityMedium, "Medium"
		e.StatusID, e.Status = statusFail, "Failure"
	}
}

// api makes e an event of the class API Activity.
func (e *Event) api(r *trail.Record, operation string) {
	e.ClassUID, e.ClassName, e.CategoryUID, e.CategoryName = classAPI, "API Activity", categoryApp, "Application Activity"
	e.ActivityID, e.ActivityName = activityOther, operation
	e.Actor = &actor{AppName: orUnknown(r.Client), User: &user{Name: orUnknown(r.Client)}}
	if r.Session != "" {
		e.Actor.Session = &session{r.Session}
	}
	e.API = &apiInfo{Operation: operation, Service: &service{"FreeSWITCH event socket"}}
}

func (e *Event) command(r *trail.Record) {
	operation := r.Verb
	if len(r.Effects) > 0 {
		operation = r.Effects[0].Kind + " " + r.Effects[0].Name
	}
	e.api(r, orUnknown(operation))
	e.API.Request = &request{UID: strconv.FormatUint(r.Seq, 10)}
	e.Text = r.Decision + ": " + r.Command
}

// outcome sets the fields for the reply to a command or the result of a job. It identifies the
// command by its sequence.
func (e *Event) outcome(r *trail.Record) {
	e.api(r, r.Kind)
	e.API.Request = &request{UID: strconv.FormatUint(r.Of, 10)}
	e.API.Response = &response{Text: r.Reply}
	e.Text = r.Kind + " to record " + strconv.FormatUint(r.Of, 10)
	if r.Reply == "" && r.Reason != "" || len(r.Reply) > 0 && r.Reply[0] == '-' {
		e.StatusID, e.Status = statusFail, "Failure"
		e.API.Response.Error = r.Reply + r.Reason
	}
}

// auth makes e an event of the class Authentication.
func (e *Event) auth(r *trail.Record, id int, name string) {
	e.ClassUID, e.ClassName, e.CategoryUID, e.CategoryName = classAuth, "Authentication", categoryIAM, "Identity & Access Management"
	e.ActivityID, e.ActivityName = id, name
	who := r.Client
	if who == "" {
		who = r.User
	}
	e.User = &user{Name: orUnknown(who), UID: r.User}
	e.Service = &service{"eslguard"}
	if r.Session != "" {
		e.Session = &session{r.Session}
	}
}

func (e *Event) login(r *trail.Record) {
	e.auth(r, activityLogon, "Logon")
	e.Text = "login: " + r.Decision
}

func (e *Event) logoff(r *trail.Record) {
	e.auth(r, activityOff, "Logoff")
	e.Text = "the session ended: " + r.Reason
}

// unmap keeps what has no place in the schema.
func (e *Event) unmap(r *trail.Record) {
	m := map[string]any{}
	if len(r.Effects) > 0 {
		m["effects"] = effects(r.Effects)
	}
	if r.EffectsTotal > 0 {
		m["effects_total"] = r.EffectsTotal
	}
	if r.EffectsDenied > 0 {
		m["effects_denied"] = r.EffectsDenied
	}
	if r.Kind == "end" {
		m["commands"], m["denied"], m["observed"] = r.Commands, r.Denied, r.Observed
	}
	for name, s := range map[string]string{
		"id": r.ID, "job": r.Job, "call": r.Call, "upstream": r.Upstream, "reply_hash": r.ReplyHash, "hash": r.Hash,
	} {
		if s != "" {
			m[name] = s
		}
	}
	if len(r.Redacted) > 0 {
		m["redacted"] = r.Redacted
	}
	if len(m) > 0 {
		e.Unmapped = m
	}
}

// effects returns the effects as rules spell them.
func effects(list []trail.Effect) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Kind + " " + f.Name
		if f.Args != "" {
			out[i] += " " + f.Args
		}
	}
	return out
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}
