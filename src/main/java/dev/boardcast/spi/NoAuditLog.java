package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Optional;

/** Writes nothing. */
enum NoAuditLog implements AuditLog {
  INSTANCE;

  @Override
  public void declare(String action, String target) {}

  @Override
  public void target(String target) {}

  @Override
  public Future<Void> append(SqlClient transaction) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> append(SqlClient transaction, String action, String target) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> begin() {
    return Future.succeededFuture();
  }

  @Override
  public Optional<AuditEntry> entry() {
    return Optional.empty();
  }
}
