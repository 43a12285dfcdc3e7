package dev.boardcast.example.app;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.example.DeploysModule;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Visibility;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.flywaydb.core.Flyway;

/**
 * A developer portal with dashboards: a complete application that embeds Boardcast. It has its own
 * HTTP server, users, database migrations and meters.
 */
public final class Portal {
  private static final int SERVERS = 2;

  private final Vertx vertx;
  private final Pool pool;
  private final Boardcast boardcast;
  private final List<PortalServer> servers = new CopyOnWriteArrayList<>();
  private String deployment;

  private Portal(Vertx vertx, Pool pool, Boardcast boardcast) {
    this.vertx = vertx;
    this.pool = pool;
    this.boardcast = boardcast;
  }

  /** Migrates, starts the dashboards, then serves. */
  public static Future<Portal> start(
      Vertx vertx, String postgres, String redis, int port, MeterRegistry meters) {
    Pool pool =
        PgBuilder.pool().using(vertx).connectingTo(PgConnectOptions.fromUri(postgres)).build();
    return vertx
        .executeBlocking(() -> migrate(postgres))
        .compose(migrated -> startBoardcast(vertx, pool, postgres, redis, meters))
        .map(boardcast -> new Portal(vertx, pool, boardcast))
        .compose(portal -> portal.serve(port).map(portal));
  }

  private static Future<Boardcast> startBoardcast(
      Vertx vertx, Pool pool, String postgres, String redis, MeterRegistry meters) {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.add(new DeploysModule());
    // The portal's start page shows these to visitors that are not signed in.
    var options =
        BoardcastOptions.defaults()
            .postgres(postgres)
            .redis(redis)
            .visibility("deploys", Visibility.PUBLIC)
            .visibility("news", Visibility.PUBLIC);
    return Boardcast.builder(vertx, options)
        .boards(boards)
        .authenticator(new PortalUsers(pool))
        .meterRegistry(meters)
        .withoutPorts()
        .start();
  }

  private Future<Void> serve(int port) {
    return vertx
        .deployVerticle(
            () -> {
              var server = new PortalServer(port, pool, boardcast);
              servers.add(server);
              return server;
            },
            new DeploymentOptions().setInstances(SERVERS))
        .onSuccess(id -> deployment = id)
        .mapEmpty();
  }

  /** The port that was bound. */
  public int port() {
    return servers.get(0).port();
  }

  /** The dashboards first, which tell their clients to reconnect; then the server. */
  public Future<Void> close() {
    return boardcast.close().eventually(() -> vertx.undeploy(deployment)).eventually(pool::close);
  }

  /** The portal's own schema and history; Boardcast's are elsewhere in the same database. */
  private static Void migrate(String postgres) {
    var uri = URI.create(postgres);
    String[] login = uri.getUserInfo().split(":", 2);
    Flyway.configure()
        .dataSource(
            "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(),
            login[0],
            login[1])
        .load()
        .migrate();
    return null;
  }
}
