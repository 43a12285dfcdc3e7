/**
 * The audit trail: writes who did what, from where, on what, with which outcome. {@link
 * dev.boardcast.spi.AuditLog} is how a route uses it.
 */
package dev.boardcast.web.audit;
