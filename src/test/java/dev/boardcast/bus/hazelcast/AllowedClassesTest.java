package dev.boardcast.bus.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hazelcast.nio.serialization.HazelcastSerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedClassesTest {
  private final AllowedClasses classes = new AllowedClasses(AllowedClasses.class.getClassLoader());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo",
        "io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo",
        "com.hazelcast.map.impl.operation.PutOperation",
        "com.hazelcast.map.impl.event.EntryEventData",
        "com.hazelcast.core.HazelcastException",
        "java.lang.IllegalStateException"
      })
  void whatMembersExchangeIsFound(String name) throws ClassNotFoundException {
    assertEquals(name, classes.loadClass(name).getName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.vertx.spi.cluster.hazelcast.impl.DataSerializableHolder",
        "io.vertx.core.json.JsonObject",
        "dev.boardcast.server.Main",
        "java.lang.ProcessBuilder",
        "java.util.HashMap",
        "com.hazelcast.partition.PartitionAwareKey",
        "javax.management.BadAttributeValueExpException",
        "no.such.Thing"
      })
  void everythingElseIsRefusedSoThatNoOtherLoaderIsAsked(String name) {
    assertThrows(HazelcastSerializationException.class, () -> classes.loadClass(name));
  }

  @Test
  void theClassPathHasNoJCacheForHazelcastToFind() {
    assertThrows(ClassNotFoundException.class, () -> classes.loadClass("javax.cache.Caching"));
  }
}
