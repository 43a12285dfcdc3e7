package dev.boardcast.docs;

import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Takes the pictures of all pages, light and dark, wide and phone, of a node that runs with {@code
 * --demo} on this machine:
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.docs.Pictures http://127.0.0.1:8080 src/docs/pictures"
 * }</pre>
 */
public final class Pictures {
  private static final List<String> PAGES =
      List.of("", "platform", "routing", "pipeline", "analysis", "tasks", "alerts", "admin");
  private static final String SIGN_IN =
      """
      fetch('/api/v1/sign-in', {method: 'POST', headers: {'content-type': 'application/json'},
          body: JSON.stringify({user: 'admin'})})
        .then((answer) => answer.json())
        .then(({token}) => localStorage.setItem('boardcast', JSON.stringify({token, person: 'admin'})))""";

  private static final String KNOWN =
      """
      fetch('/api/v1/boards/platform/history?metric=revenue.today&step=5s&from='
          + new Date(Date.now() - 100000).toISOString())
        .then((answer) => answer.json())
        .then(({series}) => series[0]?.points.filter(([, value]) => value !== null).length ?? 0)
        .catch(() => 0)""";

  private Pictures() {}

  public static void main(String[] arguments) throws Exception {
    URI node = URI.create(arguments[0]);
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    try (var browser = Browser.start()) {
      awaitHistory(browser, node);
      for (String scheme : List.of("light", "dark")) {
        take(browser, node, folder, scheme, "wide", 1440);
        take(browser, node, folder, scheme, "phone", 390);
      }
    }
  }

  /** Waits until the charts of a demo that has just started have enough points. */
  private static void awaitHistory(Browser browser, URI node) {
    Page page = browser.page();
    page.navigate(node);
    Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> page.eval(KNOWN).asInt() >= 15);
    page.close();
  }

  private static void take(
      Browser browser, URI node, Path folder, String scheme, String size, int width)
      throws Exception {
    Page page = browser.page();
    page.setDisplay(scheme, width, 900);
    page.navigate(node);
    page.await("document.querySelector('main h1')");
    page.eval(SIGN_IN);
    page.eval("location.reload()");
    page.await("document.querySelector('#nav a[href=\"#/admin\"]')");
    for (String board : PAGES) {
      page.eval("location.hash = '#/" + board + "'");
      page.await("document.querySelector('[aria-current]').hash.slice(2) === '" + board + "'");
      page.await("document.querySelector('main h1') && !document.querySelector('.loading')");
      // Transitions of numbers and highlights have ended.
      page.eval("new Promise((later) => setTimeout(later, 2500))");
      String name = (board.isEmpty() ? "overview" : board) + "-" + scheme + "-" + size + ".webp";
      Files.write(folder.resolve(name), page.screenshot());
    }
    page.close();
  }
}
