package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collector;

/** A query of which somebody wants to know why it failed. */
class WatchedQuery<T> implements Query<T> {
  private final Query<T> query;
  final Consumer<Throwable> onFailure;

  WatchedQuery(Query<T> query, Consumer<Throwable> onFailure) {
    this.query = query;
    this.onFailure = onFailure;
  }

  @Override
  public Future<T> execute() {
    return query.execute().onFailure(onFailure::accept);
  }

  @Override
  public <R> Query<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
    return new WatchedQuery<>(query.collecting(collector), onFailure);
  }

  @Override
  public <U> Query<RowSet<U>> mapping(Function<Row, U> mapper) {
    return new WatchedQuery<>(query.mapping(mapper), onFailure);
  }

  /** The same of a query with parameters. */
  static final class Prepared<T> extends WatchedQuery<T> implements PreparedQuery<T> {
    private final PreparedQuery<T> query;

    Prepared(PreparedQuery<T> query, Consumer<Throwable> onFailure) {
      super(query, onFailure);
      this.query = query;
    }

    @Override
    public Future<T> execute(Tuple tuple) {
      return query.execute(tuple).onFailure(onFailure::accept);
    }

    @Override
    public Future<T> executeBatch(List<Tuple> batch) {
      return query.executeBatch(batch).onFailure(onFailure::accept);
    }

    @Override
    public <R> PreparedQuery<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
      return new Prepared<>(query.collecting(collector), onFailure);
    }

    @Override
    public <U> PreparedQuery<RowSet<U>> mapping(Function<Row, U> mapper) {
      return new Prepared<>(query.mapping(mapper), onFailure);
    }
  }
}
