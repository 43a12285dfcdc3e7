package dev.boardcast.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connection of HTTP/1.1 on which a test writes what no client library would. Text is sent one
 * byte a character. Blocks; a read waits at most ten seconds.
 */
public final class RawHttp implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;

  /**
   * @param interim statuses before the final one, such as 100
   * @param headers by name in lower case; those that occur twice have a list of values
   */
  public record Answer(
      List<Integer> interim, int status, Map<String, List<String>> headers, String body) {
    /** The value of a header that occurs once; empty where it is missing. */
    public String header(String name) {
      return String.join(" | ", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }
  }

  public RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  public RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** The answer to a request with a method other than HEAD. */
  public Answer answer() throws IOException {
    return answer(false);
  }

  /**
   * The next answer.
   *
   * @param isHead whether it has a head only, whatever its headers say of a body
   */
  public Answer answer(boolean isHead) throws IOException {
    var interim = new ArrayList<Integer>();
    while (true) {
      int status = Integer.parseInt(line().split(" ")[1]);
      Map<String, List<String>> headers = headers();
      if (status < 200) {
        interim.add(status);
        continue;
      }
      boolean hasBody = !isHead && status != 204 && status != 304;
      return new Answer(interim, status, headers, hasBody ? body(headers) : "");
    }
  }

  /** The status of the next interim response. */
  public int interim() throws IOException {
    int status = Integer.parseInt(line().split(" ")[1]);
    headers();
    return status;
  }

  /** Whether the server closes the connection without another byte. */
  public boolean isClosed() throws IOException {
    return in.read() < 0;
  }

  /** Whether nothing arrives for a while, and the connection stays open. */
  public boolean isQuiet(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      in.read();
      return false;
    } catch (java.net.SocketTimeoutException quiet) {
      return true;
    } finally {
      socket.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  private Map<String, List<String>> headers() throws IOException {
    var headers = new TreeMap<String, List<String>>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      String[] field = line.split(":", 2);
      headers
          .computeIfAbsent(field[0].toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(field[1].strip());
    }
    return headers;
  }

  private String body(Map<String, List<String>> headers) throws IOException {
    if (headers.containsKey("content-length")) {
      int size = Integer.parseInt(headers.get("content-length").get(0));
      return new String(in.readNBytes(size), ISO_8859_1);
    }
    if (!headers.containsKey("transfer-encoding")) {
      return new String(in.readAllBytes(), ISO_8859_1);
    }
    var body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      body.append(new String(in.readNBytes(size), ISO_8859_1));
      line();
      if (size == 0) return body.toString();
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int each = in.read(); each != '\n'; each = in.read()) {
      if (each < 0) throw new IOException("closed after \"" + line + "\"");
      line.write(each);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
