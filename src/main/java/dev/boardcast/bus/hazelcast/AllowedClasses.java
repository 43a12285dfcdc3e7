package dev.boardcast.bus.hazelcast;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The class loader of a Hazelcast member: of the classes that another member names, it finds those
 * of the subscription registry and the exceptions that members report to each other. So a member
 * that is an attacker's cannot choose the code that runs here. Thread safe.
 *
 * <p>It must fail with other exceptions than {@link ClassNotFoundException}, after which Hazelcast
 * would ask the thread's own class loader.
 */
final class AllowedClasses extends ClassLoader {
  private static final String HAZELCAST = "com.hazelcast.";
  private static final String JCACHE = "javax.cache.";

  /** What Vert.x keeps: who subscribes to which address, and where each node's bus is. */
  private static final Set<String> REGISTRY =
      Set.of(
          "io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo",
          "io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo");

  /**
   * How members tell each other of changes in the registry, by name and not by number: without
   * these a bus would learn late who subscribes.
   */
  private static final Set<String> CHANGES =
      Set.of(
          "com.hazelcast.map.impl.event.EntryEventData",
          "com.hazelcast.map.impl.event.MapEventData",
          "com.hazelcast.map.impl.event.MapPartitionEventData");

  /** What exceptions consist of. */
  private static final String[] VALUES = {
    "java.lang.Throwable",
    "java.lang.Exception",
    "java.lang.RuntimeException",
    "java.lang.Error",
    "java.lang.LinkageError",
    "java.lang.IllegalStateException",
    "java.lang.IllegalArgumentException",
    "java.lang.UnsupportedOperationException",
    "java.lang.NullPointerException",
    "java.lang.SecurityException",
    "java.lang.InterruptedException",
    "java.lang.StackTraceElement",
    "java.lang.String",
    "java.lang.Number",
    "java.lang.Integer",
    "java.lang.Long",
    "java.lang.Enum",
    "java.io.IOException",
    "java.util.ArrayList",
    "java.util.UUID",
    "java.util.concurrent.CancellationException",
    "java.util.concurrent.ExecutionException",
    "java.util.concurrent.TimeoutException",
    "java.util.concurrent.CompletionException",
    "java.util.concurrent.RejectedExecutionException",
    "java.util.Collections$EmptyList",
    "java.util.Collections$UnmodifiableList",
    "java.util.Collections$UnmodifiableCollection",
    "java.util.Collections$UnmodifiableRandomAccessList",
    "[Ljava.lang.StackTraceElement;"
  };

  /** Packages of Hazelcast's exceptions. */
  private static final String[] EXCEPTIONS = {
    "com.hazelcast.cluster",
    "com.hazelcast.core",
    "com.hazelcast.internal.cluster.impl",
    "com.hazelcast.internal.partition",
    "com.hazelcast.map",
    "com.hazelcast.nio.serialization",
    "com.hazelcast.partition",
    "com.hazelcast.spi.exception",
    "com.hazelcast.spi.impl.operationservice",
    "com.hazelcast.splitbrainprotection"
  };

  private final AtomicLong refusals = new AtomicLong();
  private final ClassFilter objects = new ClassFilter().addClasses(VALUES).addPackages(EXCEPTIONS);

  AllowedClasses(ClassLoader all) {
    super(all);
  }

  /** Has a member load its classes here, and filter Java objects by the same list. */
  void applyTo(Config config) {
    config.setClassLoader(this);
    config
        .getSerializationConfig()
        .setJavaSerializationFilterConfig(
            new JavaSerializationFilterConfig().setWhitelist(objects).setDefaultsDisabled(true));
  }

  /**
   * Finds a class of the list.
   *
   * @throws HazelcastSerializationException for another one
   */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (REGISTRY.contains(name) || CHANGES.contains(name) || objects.getClasses().contains(name)) {
      return super.loadClass(name, resolve);
    }
    // Hazelcast asks whether there is a JCache, and may find it by another class loader.
    if (name.startsWith(JCACHE)) throw new ClassNotFoundException(name);
    if (!name.startsWith(HAZELCAST)) throw refused(name);
    Class<?> found = super.loadClass(name, resolve);
    // Hazelcast's own messages are created by number; those have no code of others to run.
    boolean isNamed =
        DataSerializable.class.isAssignableFrom(found)
            && !IdentifiedDataSerializable.class.isAssignableFrom(found)
            && found != DataSerializable.class;
    if (isNamed) throw refused(name);
    return found;
  }

  /** How often a class was refused: never among the members of a cluster alone. */
  long refusals() {
    return refusals.get();
  }

  private HazelcastSerializationException refused(String name) {
    refusals.incrementAndGet();
    return new HazelcastSerializationException(
        "class " + name + " is not among those that members of a cluster exchange");
  }
}
