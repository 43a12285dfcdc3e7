package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A browser and one node in this JVM, with the built-in boards and the declared board sales. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserNodeCase {
  static final Person ANN = Person.of("ann", "plants").with("ingest");

  final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);
  DatabaseConfig database;
  private Boardcast node;
  Browser browser;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("sales.yaml"), sales());
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    database = Services.get().freshDatabase();
    var options = configured(TestOptions.local(database));
    node = Api.await(Boardcast.deploy(vertx, options, boards));
    browser = Browser.start();
  }

  /** The file of the board sales. */
  String sales() throws IOException {
    return Files.readString(Path.of("src/test/resources/boards/sales.yaml"));
  }

  /** The options of the node of a test, from those of {@link TestOptions#local}. */
  BoardcastOptions configured(BoardcastOptions options) {
    return options;
  }

  @AfterAll
  void stop() {
    if (browser != null) browser.close();
    if (node != null) Api.await(node.close());
    Api.await(vertx.close());
  }

  URI address(String hash) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + "/" + hash);
  }

  Page open(String hash) {
    return open(ANN, hash);
  }

  Page open(Person person, String hash) {
    Page page = browser.page();
    page.signIn(person);
    page.navigate(address(hash));
    return page;
  }

  /**
   * @param facts JSON with apostrophes for quotes: one fact, or a batch
   */
  void post(String path, String facts) {
    post(ANN, path, facts);
  }

  /** As {@link #post(String, String)}, by another person. */
  void post(Person person, String path, String facts) {
    var answer =
        client
            .post(node.httpPort(), "127.0.0.1", path)
            .bearerTokenAuthentication(person.token())
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer(facts.replace('\'', '"')));
    var response = Api.await(answer);
    assertEquals(2, response.statusCode() / 100, response.bodyAsString());
  }
}
