package dev.boardcast;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** The corridors between the rooms. */
@AnalyzeClasses(packages = "dev.boardcast", importOptions = DoNotIncludeTests.class)
class CorridorTest {
  /** What rooms show to the others; everything else stays inside. */
  private static final Set<String> SPIS =
      Set.of(
          "http.Routes",
          "http.Problem",
          "http.Body",
          "http.Caller",
          "http.Gzip",
          "http.Answer",
          "http.Ingest",
          "http.Idempotency",
          "http.Reply",
          "http.Query",
          "http.UnreadableRequest",
          "http.Backpressure",
          "http.LocalTunnels",
          "http.HttpConfig",
          "event.NewEvent",
          "event.Outbox",
          "event.EventHistory",
          "event.Shards",
          "metric.Audited",
          "metric.AuditConfig",
          "metric.Board",
          "metric.History",
          "metric.MetricDescription",
          "metric.Ranges",
          "metric.SnapshotCache");

  private static final DescribedPredicate<JavaClass> AN_SPI =
      DescribedPredicate.describe(
          "an SPI",
          type -> {
            String name = type.getName().replaceFirst("\\$.*", "").replace("dev.boardcast.", "");
            return SPIS.contains(name);
          });

  private static final String[] COMMON = {
    "dev.boardcast.bus..", "dev.boardcast.db..", "dev.boardcast.auth.."
  };

  @ArchTest
  static final ArchRule busImportsNoRoom =
      noClasses()
          .that()
          .resideInAPackage("dev.boardcast.bus..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.boardcast..")
                  .and(DescribedPredicate.not(resideInAPackage("dev.boardcast.bus.."))));

  @ArchTest static final ArchRule dbImportsOnlyTheBus = onlyImports("db");

  @ArchTest static final ArchRule authImportsOnlyTheBus = onlyImports("auth");

  @ArchTest static final ArchRule httpKeepsToItself = room("http");
  @ArchTest static final ArchRule eventKeepsToItself = room("event");
  @ArchTest static final ArchRule metricKeepsToItself = room("metric");
  @ArchTest static final ArchRule gatewayKeepsToItself = room("gateway");
  @ArchTest static final ArchRule opsKeepsToItself = room("ops");
  @ArchTest static final ArchRule loadKeepsToItself = room("load");
  @ArchTest static final ArchRule boardsKeepToTheirOwn = room("board");

  @ArchTest
  static final ArchRule noBoardImportsAnother =
      slices().matching("dev.boardcast.board.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule roomsDoNotImportTheDoors =
      classes()
          .that()
          .resideInAPackage("dev.boardcast")
          .should()
          .onlyHaveDependentClassesThat(resideInAnyPackage("dev.boardcast", "dev.boardcast.cli.."));

  private static ArchRule onlyImports(String room) {
    String own = "dev.boardcast." + room + "..";
    return noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.boardcast..")
                .and(DescribedPredicate.not(resideInAnyPackage(own, "dev.boardcast.bus.."))));
  }

  private static ArchRule room(String room) {
    String own = "dev.boardcast." + room + "..";
    return noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.boardcast..")
                .and(DescribedPredicate.not(resideInAPackage(own)))
                .and(DescribedPredicate.not(resideInAnyPackage(COMMON)))
                .and(DescribedPredicate.not(AN_SPI)));
  }
}
