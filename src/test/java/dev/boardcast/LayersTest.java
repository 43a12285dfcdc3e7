package dev.boardcast;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** The rings of the design, from the inside out: a package uses only what its ring allows. */
@AnalyzeClasses(packages = "dev.boardcast", importOptions = DoNotIncludeTests.class)
class LayersTest {
  private static final String ROOT = "dev.boardcast";
  private static final String[] PUBLIC_API = {ROOT, ROOT + ".spi.."};

  // Ring 0: the root wires the rest; the SPI depends on nothing of ours.
  @ArchTest static final ArchRule spi = uses("spi");

  @ArchTest
  static final ArchRule spiUsesNoLibraryThatBoardsDoNotHave =
      classes()
          .that()
          .resideInAPackage(ROOT + ".spi..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  ROOT + ".spi..",
                  "java..",
                  "io.vertx..",
                  "com.fasterxml.jackson..",
                  "jakarta.validation..",
                  "org.slf4j.."));

  // Ring 1, in this order.
  @ArchTest static final ArchRule config = uses("config", "spi");
  @ArchTest static final ArchRule bus = uses("bus", "spi", "config");
  @ArchTest static final ArchRule database = uses("database", "spi", "config", "bus");
  @ArchTest static final ArchRule auth = uses("auth", "spi", "config", "bus", "database");
  @ArchTest static final ArchRule web = uses("web", "spi", "config", "bus", "database", "auth");

  @ArchTest
  static final ArchRule engine = uses("engine", "spi", "config", "bus", "database", "auth", "web");

  // Ring 2: packages use each other only through the bus and the interfaces of the engine.
  @ArchTest static final ArchRule http = engine("http");
  @ArchTest static final ArchRule events = engine("events");
  @ArchTest static final ArchRule metrics = engine("metrics");
  @ArchTest static final ArchRule gateway = engine("gateway");
  @ArchTest static final ArchRule admin = engine("admin");
  @ArchTest static final ArchRule memory = engine("memory");
  @ArchTest static final ArchRule sources = engine("sources");
  @ArchTest static final ArchRule alerts = engine("alerts");
  @ArchTest static final ArchRule erasure = engine("erasure");

  // Ring 3.
  @ArchTest static final ArchRule boards = uses("boards", "spi");

  @ArchTest
  static final ArchRule boardsDoNotUseEachOther =
      slices().matching("dev.boardcast.boards.(*)..").should().notDependOnEachOther();

  // Ring 4: everything except the laboratory.

  @ArchTest
  static final ArchRule server =
      classes()
          .that()
          .resideInAPackage(ROOT + ".lab..")
          .should()
          .onlyHaveDependentClassesThat(resideInAPackage(ROOT + ".lab.."));

  // Ring 5: what a client of the product has, and the command interface of the program.

  @ArchTest
  static final ArchRule lab =
      usesPackages("lab", ROOT, ROOT + ".spi..", ROOT + ".server.command..");

  @ArchTest
  static final ArchRule onlyTheProgramUsesTheRoot =
      classes()
          .that()
          .resideInAPackage(ROOT)
          .and(DescribedPredicate.not(JavaClass.Predicates.simpleName("Role")))
          .should()
          .onlyHaveDependentClassesThat(
              resideInAnyPackage(ROOT, ROOT + ".server..", ROOT + ".lab.."));

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("dev.boardcast.(*)..").should().beFreeOfCycles();

  private static ArchRule engine(String name) {
    return uses(name, "spi", "config", "bus", "database", "auth", "web", "engine");
  }

  private static ArchRule uses(String name, String... inner) {
    return usesPackages(
        name, Arrays.stream(inner).map(each -> ROOT + "." + each + "..").toArray(String[]::new));
  }

  private static ArchRule usesPackages(String name, String... inner) {
    String own = ROOT + "." + name + "..";
    String[] allowed = Stream.concat(Stream.of(own), Arrays.stream(inner)).toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(own)
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.not(resideInAPackage(ROOT + "..")).or(resideInAnyPackage(allowed)))
        .allowEmptyShould(false);
  }
}
