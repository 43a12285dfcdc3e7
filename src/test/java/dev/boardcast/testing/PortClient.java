package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.BothNodes.Port;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A client of one port of {@link BothNodes} that speaks one version of HTTP, on one connection as
 * long as the server keeps it. Calls block; each checks the version of the answer.
 */
public final class PortClient implements AutoCloseable {
  private final HttpClient client;
  private final Way way;
  private final int number;

  /** A port and a version that it speaks. */
  public record Way(Port port, HttpVersion version) {
    /** HTTP/2 in clear text is spoken by the HTTP port alone. */
    public static List<Way> all() {
      var all = new ArrayList<Way>();
      for (Port port : Port.values()) {
        all.add(new Way(port, HttpVersion.HTTP_1_1));
        if (port != Port.GATEWAY) all.add(new Way(port, HttpVersion.HTTP_2));
      }
      return all;
    }

    public boolean isHttp2() {
      return version == HttpVersion.HTTP_2;
    }
  }

  /** An answer with its whole content. */
  public record Answer(int status, MultiMap headers, Buffer body) {
    /** The value of a header; empty where it is missing. */
    public String header(String name) {
      return headers.contains(name) ? String.join(", ", headers.getAll(name)) : "";
    }

    @Override
    public String toString() {
      return status + " " + headers.entries() + " " + body;
    }
  }

  public PortClient(BothNodes nodes, Way way) {
    this.way = way;
    this.number = nodes.number(way.port());
    var options =
        new HttpClientOptions()
            .setProtocolVersion(way.version())
            .setHttp2ClearTextUpgrade(false)
            .setSsl(way.port().isSecure())
            .setUseAlpn(way.port().isSecure())
            .setMaxHeaderSize(64 << 10)
            .setTrustAll(true)
            .setVerifyHost(false);
    client =
        nodes
            .vertx()
            .createHttpClient(options, new PoolOptions().setHttp1MaxSize(1).setHttp2MaxSize(1));
  }

  public Answer send(HttpMethod method, String path, Map<String, String> headers) {
    return send(method, path, headers, Buffer.buffer());
  }

  public Answer send(HttpMethod method, String path, Map<String, String> headers, Buffer body) {
    return Api.await(
        client
            .request(method, number, "localhost", path)
            .compose(
                request -> {
                  headers.forEach(request::putHeader);
                  var sent = body.length() == 0 ? request.send() : request.send(body);
                  // On the event loop: the content could have passed before another thread asked.
                  return sent.compose(
                      response -> {
                        assertEquals(way.version(), response.version());
                        return response
                            .body()
                            .map(all -> new Answer(response.statusCode(), response.headers(), all));
                      });
                }));
  }

  @Override
  public void close() {
    Api.await(client.close());
  }
}
