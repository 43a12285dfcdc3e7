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
 * A proxy of PostgreSQL that can close all connections after any statement, as if the client's
 * process had died there: that statement is executed, but the client gets no result.
 */
public final class StatementCutProxy implements AutoCloseable {
  private static final int NEVER = -1;

  private final DatabaseConfig target;
  private final URI server;
  private final ServerSocket listener;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  private int remaining = NEVER;
  private boolean isCut;

  /** Both ends of one connection. */
  private record Connection(Socket client, Socket server) {
    /** The server still reads what was forwarded; its answers are dropped. */
    void end() {
      closeQuietly(client);
      try {
        server.shutdownOutput();
      } catch (IOException ended) {
        // Already closed.
      }
    }
  }

  public StatementCutProxy(DatabaseConfig database) {
    target = database;
    server = URI.create(database.postgresUri());
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException cause) {
      throw new IllegalStateException("no port", cause);
    }
    start(this::accept);
  }

  /** The same database through this proxy. */
  public DatabaseConfig database() {
    String uri =
        target
            .postgresUri()
            .replace(":" + server.getPort() + "/", ":" + listener.getLocalPort() + "/");
    // With the schema given, no statement is spent on finding it.
    return Settings.of(
        DatabaseConfig.class, "pg=" + uri, "redis=" + target.redisUri(), "pg-schema=boardcast");
  }

  /** Closes all connections after that many more statements; 0: before the next one. */
  public synchronized void cutAfter(int statements) {
    remaining = statements;
    isCut = false;
  }

  /** Stops cutting; returns whether connections were closed since {@link #cutAfter}. */
  public synchronized boolean reset() {
    remaining = NEVER;
    return isCut;
  }

  @Override
  public void close() {
    closeQuietly(listener);
    connections.forEach(Connection::end);
  }

  private void accept() throws IOException {
    while (true) {
      var client = listener.accept();
      var connection = new Connection(client, new Socket(server.getHost(), server.getPort()));
      client.setTcpNoDelay(true);
      connection.server().setTcpNoDelay(true);
      connections.add(connection);
      start(() -> forward(connection));
      start(() -> forwardAnswers(connection));
    }
  }

  private void forward(Connection connection) throws IOException {
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
        if (!tryForward(type, () -> send(out, type, body))) return;
      }
    } finally {
      connection.end();
      connections.remove(connection);
    }
  }

  private interface Send {
    void run() throws IOException;
  }

  /** A statement ends with a Sync, a simple one is a Query. */
  private synchronized boolean tryForward(byte type, Send message) throws IOException {
    if (remaining == 0) {
      cut();
      return false;
    }
    message.run();
    if (remaining != NEVER && (type == 'S' || type == 'Q') && --remaining == 0) {
      cut();
      return false;
    }
    return true;
  }

  private void cut() {
    remaining = NEVER;
    isCut = true;
    connections.forEach(Connection::end);
  }

  private static void send(DataOutputStream out, byte type, byte[] body) throws IOException {
    out.writeByte(type);
    out.writeInt(body.length + 4);
    out.write(body);
    out.flush();
  }

  private static void forwardAnswers(Connection connection) throws IOException {
    var in = connection.server().getInputStream();
    var out = connection.client().getOutputStream();
    byte[] bytes = new byte[1 << 16];
    boolean clientOpen = true;
    try {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        try {
          if (clientOpen) out.write(bytes, 0, count);
        } catch (IOException gone) {
          clientOpen = false;
        }
      }
    } finally {
      closeQuietly(connection.server());
      closeQuietly(connection.client());
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void start(Task task) {
    var thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException ended) {
                // The proxy or one side of the connection was closed.
              }
            },
            "statement-cut-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(Closeable resource) {
    try {
      resource.close();
    } catch (IOException closed) {
      // Already closed.
    }
  }
}
