# Ingam. `make` builds, `make demo` shows, `make test` proves.
#
#   make                    ingam-host, ingam-net, ingam, libingam-verify
#   make demo               the whole journey, in build/demo when headless
#   make test               install what the tests need, then run every suite
#   make check              the suites, without installing anything
#   make torture            hours of kills, cuts and power losses
#   make bench lint format ext install uninstall clean
#
# Variables: V=1 shows commands, CC, CFLAGS, PREFIX, DESTDIR, WERROR=1,
# SAN=1 (address and undefined-behaviour sanitizers), SLOW=1 (long tests),
# BUILD (default build), SUITES (what `make check` runs).

VERSION := 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
STAGE := build/stage
comma := ,
Q := $(if $(V),,@)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wcast-qual -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wformat=2 -Wundef -Wvla -Wpointer-arith \
	-Wbad-function-cast -Wimplicit-fallthrough -Wnull-dereference \
	-Wframe-larger-than=16384
HARDEN := -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections \
	-fstack-protector-strong -fstack-clash-protection \
	-fno-strict-aliasing -fno-delete-null-pointer-checks
LDHARDEN := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed
ifdef SAN
HARDEN += -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
else
HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
ifdef WERROR
WARN += -Werror
endif

CRYPTO_CFLAGS := $(shell $(PKG_CONFIG) --cflags libcrypto libcjson 2>/dev/null)
CRYPTO_LIBS := $(shell $(PKG_CONFIG) --libs libcrypto libcjson 2>/dev/null) -lm
CURL_CFLAGS := $(shell $(PKG_CONFIG) --cflags libcurl 2>/dev/null)
CURL_LIBS := $(shell $(PKG_CONFIG) --libs libcurl 2>/dev/null)
SQLITE_LIBS := $(shell $(PKG_CONFIG) --libs sqlite3 2>/dev/null)
SSL_LIBS := $(shell $(PKG_CONFIG) --libs libssl libcrypto 2>/dev/null)
OBJCOPY ?= objcopy
CMOCKA_LIBS := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)

ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -DOPENSSL_API_COMPAT=30000 \
	-Ihost -Ihost/lib -I$(BUILD)/gen $(WARN) $(HARDEN) $(CRYPTO_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(HARDEN) $(LDHARDEN) $(LDFLAGS)

# Sources are found, not listed: a file belongs to the program whose folder it
# is in. host/net/worker*.c is the only code that knows libcurl.
LIB_SRC := $(wildcard host/base/*.c host/wire/*.c host/pki/*.c host/cmd/*.c \
	host/os/*_posix.c) $(filter-out host/net/worker%.c,$(wildcard host/net/*.c))
VERIFY_SRC := $(wildcard host/lib/*.c)
CLI_SRC := $(wildcard host/cli/*.c)
NET_SRC := $(wildcard host/net/worker*.c)
CA_SRC := $(wildcard tests/ca/*.c)
STEP_SRC := $(wildcard tests/torture/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_LIB_SRC := $(filter-out $(UNIT_SRC),$(wildcard tests/unit/*.c))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LIB_OBJ := $(call objects,$(LIB_SRC))
BASE_OS_OBJ := $(filter $(BUILD)/obj/host/base/% $(BUILD)/obj/host/os/%,$(LIB_OBJ))
PROGRAMS := $(BUILD)/ingam-host $(BUILD)/ingam-net $(BUILD)/ingam
TEST_CA := $(BUILD)/ingam-test-ca
WEATHER := $(BUILD)/tool/weather.so
IDS := $(BUILD)/gen/ids.h
TEXTS := $(BUILD)/gen/texts.h
BROWSERS := $(BUILD)/gen/browser_table.h
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(UNIT_SRC))

# The bank's verifier (host/lib): what ingam/verify.h declares and nothing else
# can be seen from outside, in the archive too.
VERIFY_ABI := 0
VERIFY_SO := $(BUILD)/libingam-verify.so.$(VERSION)
VERIFY_A := $(BUILD)/libingam-verify.a
VERIFY_PC := $(BUILD)/ingam-verify.pc
VERIFY_NAMES = $(shell sed -n 's/^ *\(ingam_[a-z_]*\);/\1/p' host/lib/verify.map)

.PHONY: all
all: $(PROGRAMS) $(VERIFY_SO) $(VERIFY_A) $(VERIFY_PC)

$(BUILD)/ingam-host: $(call objects,host/main.c) $(LIB_OBJ)
	@echo "LD $(@F)"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CRYPTO_LIBS)

$(BUILD)/ingam: $(call objects,$(CLI_SRC)) $(LIB_OBJ)
	@echo "LD $(@F)"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CRYPTO_LIBS)

$(BUILD)/ingam-net: $(call objects,$(NET_SRC)) $(BASE_OS_OBJ)
	@echo "LD $(@F)"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CURL_LIBS) $(CRYPTO_LIBS)

# Of all that the programs are made of, what the library needs.
$(BUILD)/obj/all.a: $(LIB_OBJ)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(VERIFY_SO): $(call objects,$(VERIFY_SRC)) $(BUILD)/obj/all.a host/lib/verify.map
	@echo "LD $(@F)"
	$(Q)$(CC) $(HARDEN) $(filter-out -pie,$(LDHARDEN)) $(LDFLAGS) -shared \
	    -Wl,--gc-sections -Wl,-soname,libingam-verify.so.$(VERIFY_ABI) \
	    -Wl,--version-script=host/lib/verify.map -o $@ $(filter %.o %.a,$^) $(CRYPTO_LIBS)
	$(Q)ln -sf $(@F) $(BUILD)/libingam-verify.so.$(VERIFY_ABI)
	$(Q)ln -sf $(@F) $(BUILD)/libingam-verify.so

$(VERIFY_A): $(call objects,$(VERIFY_SRC)) $(BUILD)/obj/all.a
	@echo "AR $(@F)"
	$(Q)$(LD) -r --gc-sections $(VERIFY_NAMES:%=-u %) -o $(BUILD)/obj/verify.o $^
	$(Q)$(OBJCOPY) --localize-hidden $(BUILD)/obj/verify.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(BUILD)/obj/verify.o

$(VERIFY_PC): host/lib/ingam-verify.pc.in Makefile
	$(Q)sed 's,@PREFIX@,$(PREFIX),; s,@VERSION@,$(VERSION),' $< > $@

$(TEST_CA): $(call objects,$(CA_SRC))
	@echo "LD $(@F)"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SSL_LIBS) $(SQLITE_LIBS)

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(call objects,$(UNIT_LIB_SRC)) \
		$(call objects,$(VERIFY_SRC)) $(LIB_OBJ)
	@echo "LD unit/$(@F)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CRYPTO_LIBS) $(CMOCKA_LIBS)

# What the torture suite runs: the host as it is but for the rounds behind a
# sealed journal entry, and the tracer that steps it.
TORTURE := $(BUILD)/torture
TORTURE_LIB := $(TORTURE)/usr/lib/ingam

$(TORTURE)/p8.o: host/pki/p8.c $(BUILD)/obj/host/pki/p8.o
	@echo "CC $< (torture)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DCOMPAT_ROUNDS=2048u -DSTRONG_ROUNDS=2048u -c -o $@ $<

$(TORTURE_LIB)/ingam-host: $(call objects,host/main.c) \
		$(filter-out %/pki/p8.o,$(LIB_OBJ)) $(TORTURE)/p8.o
	@echo "LD torture/$(@F)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CRYPTO_LIBS)

$(TORTURE_LIB)/ingam-net: $(BUILD)/ingam-net
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(TORTURE)/step: $(call objects,$(STEP_SRC))
	@echo "LD torture/$(@F)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

.PHONY: torture-programs
torture-programs: $(TORTURE)/step $(TORTURE_LIB)/ingam-host \
	$(TORTURE_LIB)/ingam-net $(TEST_CA)

# The allocations that this one lets fail go through it by the linker's hand.
WRAP := malloc calloc realloc mem_alloc mem_alloc_raw mem_strdup mem_free
$(BUILD)/unit/test_memory: $(BUILD)/obj/tests/unit/test_memory.o \
		$(call objects,$(UNIT_LIB_SRC)) $(call objects,$(VERIFY_SRC)) \
		$(filter-out %/pki/p8.o,$(LIB_OBJ)) $(TORTURE)/p8.o
	@echo "LD unit/$(@F)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $(WRAP:%=-Wl,--wrap=%) -o $@ $^ $(CRYPTO_LIBS) $(CMOCKA_LIBS)

# Who may start the host: extension/ids, {"chromium":[…],"firefox":[…]}.
$(IDS): extension/ids
	@mkdir -p $(@D)
	$(Q)tr -d ' \n' < $< | awk '{ \
	    for (i = split("chromium firefox", b, " "); i > 0; i--) { \
	        if (!match($$0, "\"" b[i] "\":\\[[^]]+\\]")) exit 1; \
	        l = substr($$0, RSTART, RLENGTH); sub(/^[^[]*\[/, "", l); sub(/\]/, "", l); \
	        print "#define INGAM_" toupper(b[i]) "_IDS " l } }' > $@.new
	$(Q)mv $@.new $@

$(BROWSERS): installer/browsers.tsv installer/gen.sh installer/manifest.sh \
		$(wildcard manifests/*.in) extension/ids
	@mkdir -p $(@D)
	$(Q)sh installer/gen.sh $@

# Small programs of the host suite, on the host's own library.
$(BUILD)/tool/%: $(BUILD)/obj/tests/host/%.o $(LIB_OBJ)
	@echo "LD tool/$(@F)"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CRYPTO_LIBS)

# A stranger to our code: what a bank's program sees of the library, shared
# and as an archive.
JUDGE := $(BUILD)/tool/judge $(BUILD)/tool/judge-static
$(JUDGE): tests/verify/judge.c tests/verify/bytes.h host/lib/ingam/verify.h $(VERIFY_SO) $(VERIFY_A)
	@echo "LD tool/$(@F)"
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -Ihost/lib $(WARN) $(HARDEN) $(CRYPTO_CFLAGS) $(CFLAGS) \
	    -o $@ $< $(if $(filter %static,$@),$(VERIFY_A),-L$(BUILD) -lingam-verify -Wl$(comma)-rpath$(comma)$(abspath $(BUILD))) \
	    $(CRYPTO_LIBS)

# What tests put before libc, to make disks full and clocks wrong.
$(WEATHER): tests/cmp/lib/weather.c
	@echo "LD tool/$(@F)"
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O2 -fPIC -shared -o $@ $< -ldl

# The sentences of errors for `ingam`, from the extension's own locale files.
$(TEXTS): extension/_locales/ko/messages.json extension/_locales/en/messages.json
	@mkdir -p $(@D)
	$(Q)for l in ko en; do echo "static const char *const texts_$$l[][2] = {"; \
	    sed -n 's/^ *"error_\([a-z_]*\)": { "message": \(".*"\) },*$$/    { "\1", \2 },/p' \
	    extension/_locales/$$l/messages.json; echo "};"; done > $@.new
	$(Q)mv $@.new $@

$(BUILD)/obj/host/net/worker%.o: ALL_CFLAGS += $(CURL_CFLAGS)
$(BUILD)/obj/%.o: %.c | $(IDS) $(BROWSERS) $(TEXTS)
	@echo "CC $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

.PHONY: unit test-ca
unit: $(UNIT) $(BUILD)/ingam-net build/vectors/made

# Key files of our own for the unit tests, made by openssl's program alone.
build/vectors/made: tests/vectors/make.sh
	$(Q)sh $< $(@D)
	$(Q)touch $@

test-ca: $(TEST_CA) $(WEATHER)

.PHONY: judge
judge: $(JUDGE)

-include $(wildcard $(BUILD)/obj/*/*/*.d $(BUILD)/obj/*/*.d)
.SECONDARY:

# --- trying and proving -----------------------------------------------------

SUITES ?= lint unit host cmp torture extension verify e2e

.PHONY: demo test check torture bench lint format
demo:
	$(Q)sh tests/deps.sh demo
	$(Q)$(MAKE) --no-print-directory stage
	$(Q)node tests/demo/demo.mjs

test:
	$(Q)sh tests/deps.sh test
	$(Q)sh tests/run.sh $(SUITES) unit-san-gcc unit-san-clang javascript-node18

check:
	$(Q)sh tests/run.sh $(filter-out e2e,$(SUITES))

# Hours: every point. TORTURE=3/20: the third of twenty parts of them.
torture:
	$(Q)TORTURE="$${TORTURE:-all}" sh tests/run.sh torture

bench:
	$(Q)sh tests/deps.sh bench
	$(Q)$(MAKE) --no-print-directory all test-ca
	$(Q)sh tests/bench/run.sh

lint:
	$(Q)sh tests/run.sh lint

format:
	$(Q)clang-format -i $$(git ls-files '*.c' '*.h')

# --- installing -------------------------------------------------------------

LIBDIR = $(DESTDIR)$(PREFIX)/lib/ingam
SHAREDIR = $(DESTDIR)$(PREFIX)/share/ingam

.PHONY: stage install uninstall ext clean
install: all
	$(Q)PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' BUILD='$(BUILD)' sh installer/install.sh

uninstall:
	$(Q)PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' sh installer/uninstall.sh

# A private installation that demo and tests run from; the test CA's
# definition is added there by whoever starts the CA.
stage: all test-ca
	$(Q)rm -rf $(STAGE)
	$(Q)$(MAKE) --no-print-directory install PREFIX=/usr DESTDIR=$(STAGE)

ext:
	$(Q)sh installer/ext.sh $(VERSION) $(BUILD)

clean:
	$(Q)rm -rf build
