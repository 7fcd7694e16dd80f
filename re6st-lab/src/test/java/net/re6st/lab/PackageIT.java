package net.re6st.lab;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our packages on Debian 12: Java 17, systemd 252, OpenVPN 2.6.3. */
@ExtendWith(KeepLogs.class)
@EnabledIfSystemProperty(named = "re6st.all", matches = "true", disabledReason = "long: bin/test --all")
final class PackageIT extends PackageWalk {
    PackageIT() {
        super("bookworm");
    }
}
