package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.boardcast.Boards;
import dev.boardcast.server.settings.EffectiveSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramDefaultsTest {
  @TempDir private Path directory;

  @Test
  void nodesOnEmbeddedServersOfTwoDataDirsAreTwoClusters() throws IOException {
    String one = cluster(Map.of("data-dir", directory.resolve("one").toString()));

    assertNotEquals(one, cluster(Map.of("data-dir", directory.resolve("two").toString())));
    Files.createDirectories(directory.resolve("one"));
    var detour = directory.resolve("two/../one").toString();
    assertEquals(one, cluster(Map.of("data-dir", detour)), "the same, now that it is there");
  }

  @Test
  void nodesOnAGivenDatabaseAreOneClusterByItsName() {
    var flags = Map.of("pg", "postgresql://a:b@db/c", "cluster-name", "ours", "data-dir", "any");
    assertEquals("ours", cluster(flags));
  }

  @Test
  void onlyAGeneratedKeyOnALoopbackAddressLeavesBoardsPublic() throws IOException {
    String data = directory.resolve("data").toString();
    assertEquals("public", visibility(Map.of("data-dir", data)));
    assertEquals("public", visibility(Map.of("data-dir", data, "host", "::1")));
    assertEquals("auto", visibility(Map.of("data-dir", data, "host", "0.0.0.0")));
    assertEquals("auto", visibility(Map.of("data-dir", data, "host", "192.0.2.1")));
    assertEquals("auto", visibility(Map.of("data-dir", data, "jwt-secret", "s".repeat(32))));
    assertEquals(
        "authenticated",
        visibility(Map.of("data-dir", data, "default-visibility", "authenticated")));
    assertEquals(
        "public",
        visibility(Map.of("data-dir", data, "host", "0.0.0.0", "default-visibility", "public")));
  }

  private static String visibility(Map<String, String> flags) throws IOException {
    return ProgramDefaults.withKey(settings(flags)).text("default-visibility").orElse("auto");
  }

  private static String cluster(Map<String, String> flags) {
    EffectiveSettings settings = settings(flags);
    return ProgramDefaults.withCluster(settings, settings).get("cluster-name", String.class);
  }

  private static EffectiveSettings settings(Map<String, String> flags) {
    return EffectiveSettings.of(EffectiveSettings.catalog(Boards.BUILT_IN), flags, Map.of());
  }
}
