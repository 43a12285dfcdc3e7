package dev.boardcast.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** The sub-packages of the gateway use each other in one direction. */
@AnalyzeClasses(packages = "dev.boardcast.gateway", importOptions = DoNotIncludeTests.class)
class GatewayLayersTest {
  private static final String GATEWAY = "dev.boardcast.gateway";

  @ArchTest static final ArchRule protocol = uses("protocol");
  @ArchTest static final ArchRule loop = uses("loop");
  @ArchTest static final ArchRule feed = uses("feed", "protocol", "loop");

  @ArchTest
  static final ArchRule subpackagesAreFreeOfCycles =
      slices().matching(GATEWAY + ".(*)..").should().beFreeOfCycles();

  private static ArchRule uses(String name, String... others) {
    String[] allowed =
        Stream.concat(Stream.of(name), Arrays.stream(others))
            .map(each -> GATEWAY + "." + each + "..")
            .toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(GATEWAY + "." + name + "..")
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage(GATEWAY + "..").or(resideInAnyPackage(allowed)));
  }
}
