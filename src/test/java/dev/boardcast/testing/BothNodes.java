package dev.boardcast.testing;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A node without TLS and one with it, each with a database of its own: four ports, which speak
 * HTTP/1.1 and HTTP/2.
 */
public final class BothNodes implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final Boardcast plain;
  private final Boardcast secure;
  private final DatabaseConfig database = Services.get().freshDatabase();
  private final SSLContext trust;

  /** A port of the nodes. */
  public enum Port {
    HTTP(false, false),
    GATEWAY(false, true),
    HTTPS(true, false),
    SECURE_GATEWAY(true, true);

    private final boolean isSecure;
    private final boolean isGateway;

    Port(boolean isSecure, boolean isGateway) {
      this.isSecure = isSecure;
      this.isGateway = isGateway;
    }

    public boolean isSecure() {
      return isSecure;
    }

    public boolean isGateway() {
      return isGateway;
    }
  }

  /**
   * @param directory for the certificate
   * @param change of the options of both
   */
  public BothNodes(Path directory, UnaryOperator<BoardcastOptions> change) throws Exception {
    var ca = new TestCa(directory, "ca");
    var issued = ca.issue();
    plain =
        Api.await(
            Boardcast.deploy(vertx, change.apply(TestOptions.local(database)), Boards.BUILT_IN));
    var tls =
        TestOptions.local(Services.get().freshDatabase())
            .set("tls-cert", issued.cert().toString())
            .set("tls-key", issued.key().toString());
    secure = Api.await(Boardcast.deploy(vertx, change.apply(tls), Boards.BUILT_IN));
    trust = trusting(ca.certificate());
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Trusts the certificate of the node with TLS. */
  public SSLContext trust() {
    return trust;
  }

  /** The database of the node without TLS. */
  public DatabaseConfig database() {
    return database;
  }

  public int number(Port port) {
    Boardcast node = port.isSecure() ? secure : plain;
    return port.isGateway() ? node.gatewayPort() : node.httpPort();
  }

  /** The address of a path. */
  public String uri(Port port, String path) {
    return (port.isSecure() ? "https" : "http") + "://localhost:" + number(port) + path;
  }

  /** A connection of HTTP/1.1. */
  public RawHttp connect(Port port) throws Exception {
    Socket socket =
        port.isSecure()
            ? trust.getSocketFactory().createSocket("localhost", number(port))
            : new Socket("localhost", number(port));
    return new RawHttp(socket);
  }

  private static SSLContext trusting(Path certificate) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    store.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificate))));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Override
  public void close() {
    Api.await(plain.close());
    Api.await(secure.close());
    Api.await(vertx.close());
  }
}
