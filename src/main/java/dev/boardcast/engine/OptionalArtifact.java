package dev.boardcast.engine;

import java.util.function.Supplier;

/**
 * Names the optional dependencies of the library and finds out which are on the class path. What an
 * absent one provides is disabled, with a reason that names the artifact. Thread safe.
 */
public enum OptionalArtifact {
  /** Clusters made by {@code ClusteredVertx}. */
  HAZELCAST(
      "io.vertx:vertx-hazelcast", "io/vertx/spi/cluster/hazelcast/HazelcastClusterManager.class"),
  /** Meters in the Prometheus format, at {@code /metrics}. */
  PROMETHEUS(
      "io.micrometer:micrometer-registry-prometheus",
      "io/micrometer/prometheusmetrics/PrometheusMeterRegistry.class"),
  /** Levels of loggers that operators change. */
  LOGBACK("ch.qos.logback:logback-classic", "ch/qos/logback/classic/LoggerContext.class"),
  /** Mail about alerts. */
  MAIL_CLIENT("io.vertx:vertx-mail-client", "io/vertx/ext/mail/MailClient.class"),
  /** Reports as PDF and PNG. */
  PDFBOX("org.apache.pdfbox:pdfbox", "org/apache/pdfbox/pdmodel/PDDocument.class"),
  /** Charts on the pages. */
  CHART_JS(
      "org.webjars.npm:chart.js:4.5.1",
      "META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js");

  private final String coordinates;
  private final String resource;

  OptionalArtifact(String coordinates, String resource) {
    this.coordinates = coordinates;
    this.resource = resource;
  }

  /** The path of a resource that only this artifact has. */
  public String resource() {
    return resource;
  }

  /** Whether it is on the class path. */
  public boolean isPresent() {
    return OptionalArtifact.class.getClassLoader().getResource(resource) != null;
  }

  /**
   * The reason why a feature is disabled.
   *
   * @param feature the subject of the sentence, such as {@code a cluster}
   */
  public String reason(String feature) {
    return feature + " needs " + coordinates + " on the class path";
  }

  /**
   * Uses the artifact where it is present.
   *
   * @throws IllegalStateException with the {@link #reason} where it is not
   */
  public <T> T require(String feature, Supplier<T> use) {
    if (!isPresent()) throw new IllegalStateException(reason(feature));
    return use.get();
  }
}
