package dev.boardcast.testing;

import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to PostgreSQL that can be cut between any two statements, as if the process that uses it
 * had died there: the statements before are executed, whoever sent them does not learn what came of
 * the last, and all connections end.
 */
public final class CutLine implements AutoCloseable {
  private static final int NEVER = -1;

  private final DatabaseConfig real;
  private final URI server;
  private final ServerSocket door;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  private int left = NEVER;
  private boolean isCut;

  /** Both ends of one connection. */
  private record Connection(Socket client, Socket server) {
    /** What was passed on is still read by the server, and what it answers by nobody. */
    void end() {
      quietly(client);
      try {
        server.shutdownOutput();
      } catch (IOException ended) {
        // By itself, before.
      }
    }
  }

  public CutLine(DatabaseConfig database) {
    real = database;
    server = URI.create(database.postgresUri());
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException cause) {
      throw new IllegalStateException("no port", cause);
    }
    start(this::accept);
  }

  /** The same database by way of this line. */
  public DatabaseConfig database() {
    String uri =
        real.postgresUri().replace(":" + server.getPort() + "/", ":" + door.getLocalPort() + "/");
    // With the schema given, no statement is spent on finding it.
    return Settings.of(
        DatabaseConfig.class, "pg=" + uri, "redis=" + real.redisUri(), "pg-schema=boardcast");
  }

  /** All connections end when that many more statements have passed, or 0: with the next. */
  public synchronized void cutAfter(int statements) {
    left = statements;
    isCut = false;
  }

  /** No cut any more; whether there was one since {@link #cutAfter}. */
  public synchronized boolean mend() {
    left = NEVER;
    return isCut;
  }

  @Override
  public void close() {
    quietly(door);
    connections.forEach(Connection::end);
  }

  private void accept() throws IOException {
    while (true) {
      var client = door.accept();
      var connection = new Connection(client, new Socket(server.getHost(), server.getPort()));
      client.setTcpNoDelay(true);
      connection.server().setTcpNoDelay(true);
      connections.add(connection);
      start(() -> pass(connection));
      start(() -> answer(connection));
    }
  }

  private void pass(Connection connection) throws IOException {
    var in = new DataInputStream(connection.client().getInputStream());
    var out = new DataOutputStream(new BufferedOutputStream(connection.server().getOutputStream()));
    try {
      // The first message has no type.
      int length = in.readInt();
      out.writeInt(length);
      out.write(in.readNBytes(length - 4));
      out.flush();
      while (true) {
        byte type = in.readByte();
        length = in.readInt();
        byte[] body = in.readNBytes(length - 4);
        if (!mayPass(type, () -> send(out, type, body))) return;
      }
    } finally {
      connection.end();
      connections.remove(connection);
    }
  }

  private interface Sending {
    void run() throws IOException;
  }

  /** A statement ends with a Sync, a simple one is a Query. */
  private synchronized boolean mayPass(byte type, Sending message) throws IOException {
    if (left == 0) {
      cut();
      return false;
    }
    message.run();
    if (left != NEVER && (type == 'S' || type == 'Q') && --left == 0) {
      cut();
      return false;
    }
    return true;
  }

  private void cut() {
    left = NEVER;
    isCut = true;
    connections.forEach(Connection::end);
  }

  private static void send(DataOutputStream out, byte type, byte[] body) throws IOException {
    out.writeByte(type);
    out.writeInt(body.length + 4);
    out.write(body);
    out.flush();
  }

  private static void answer(Connection connection) throws IOException {
    var in = connection.server().getInputStream();
    var out = connection.client().getOutputStream();
    byte[] bytes = new byte[1 << 16];
    boolean isHeard = true;
    try {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        try {
          if (isHeard) out.write(bytes, 0, count);
        } catch (IOException gone) {
          isHeard = false;
        }
      }
    } finally {
      quietly(connection.server());
      quietly(connection.client());
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException ended) {
                // The line is closed, or one of its ends is.
              }
            },
            "cut-line");
    thread.setDaemon(true);
    thread.start();
  }

  private static void quietly(Closeable end) {
    try {
      end.close();
    } catch (IOException closed) {
      // It was.
    }
  }
}
