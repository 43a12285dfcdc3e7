package dev.boardcast.spi;

/** Where a request keeps its audit log. */
final class AuditKey {
  static final String KEY = "boardcast.audit-log";

  private AuditKey() {}
}
