// Package admission decides who may take how much of the guard: Sessions limits how many sessions
// there are, Places are the connections that may wait without having logged in, and Allowances
// limit what each client may have written to the audit and how long its commands may keep the guard
// busy.
package admission
