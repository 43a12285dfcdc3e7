package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The descriptions of the API, the JavaScript client and the docs have the version of the pom. */
class ReleaseVersionTest {
  private static final String ARTIFACT = "<artifactId>boardcast</artifactId>\\s*<version>([^<]+)<";
  private static final Path RESOURCES = Path.of("src/main/resources/dev/boardcast");
  private static final Path DOCS = Path.of("src/docs");

  private final String pom = first(Path.of("pom.xml"), ARTIFACT);
  private final String release = pom.replace("-SNAPSHOT", "");

  ReleaseVersionTest() throws IOException {}

  @Test
  void theApiDescriptionsHaveIt() throws IOException {
    String version = "^info:\\n(?:  .*\\n)*?  version: (\\S+)";
    assertEquals(release, first(RESOURCES.resolve("api/openapi.yaml"), version));
    assertEquals(release, first(RESOURCES.resolve("api/asyncapi.yaml"), version));
  }

  @Test
  void theJavaScriptClientHasIt() throws IOException {
    Path description = RESOURCES.resolve("web/client/package.json");
    assertEquals(release, first(description, "\"version\": \"([^\"]+)\""));
  }

  @Test
  void theDependencyOfAnEmbeddingApplicationHasIt() throws IOException {
    assertEquals(pom, first(DOCS.resolve("EMBEDDING.md"), ARTIFACT));
  }

  @Test
  void theNewestEntryOfTheChangelogAndOfTheUpgradeTableAreIt() throws IOException {
    assertEquals(release, first(DOCS.resolve("CHANGELOG.md"), "^## (\\S+)"));
    String minor = release.replaceFirst("\\.\\d+$", "");
    assertEquals(minor, first(DOCS.resolve("UPGRADE.md"), "^\\| [\\d.]+ \\| ([\\d.]+) \\|"));
  }

  private static String first(Path file, String pattern) throws IOException {
    var found = Pattern.compile(pattern, Pattern.MULTILINE).matcher(Files.readString(file));
    if (!found.find()) throw new AssertionError(file + " has no " + pattern);
    return found.group(1);
  }
}
