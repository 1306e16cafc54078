//! Commands that print what files and the machine say. Tables after each command's manual, GNU's and BSD's options
//! side by side; an option that only one of them takes a value for is read so that its value counts as a file.

use super::super::call::{Call, Class, Known, Use};
use super::options::Table;
use super::report::literal;

/// What the operands of a reader are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operands {
    /// Files that are read.
    Files,
    /// Words that mean something else.
    Texts,
    /// The second one is a file that is written.
    InputAndOutput,
    /// There are none that are harmless.
    None,
}

struct Reader {
    names: &'static [&'static str],
    operands: Operands,
    options: Table,
}

const fn files(names: &'static [&'static str], spec: &'static str) -> Reader {
    Reader {
        names,
        operands: Operands::Files,
        options: Table::new(spec),
    }
}

const fn texts(names: &'static [&'static str], spec: &'static str) -> Reader {
    Reader {
        names,
        operands: Operands::Texts,
        options: Table::new(spec),
    }
}

const fn bare(names: &'static [&'static str], spec: &'static str) -> Reader {
    Reader {
        names,
        operands: Operands::None,
        options: Table::new(spec),
    }
}

const READERS: &[Reader] = &[
    files(
        &["ls", "dir", "vdir", "gls"],
        "-aAbBcCdDfFgGhHiklLmnNopqQrRsStuUvxXZ1@%eOPWy -I? -T? -w? --all --almost-all --author --escape --block-size= \
         --ignore-backups --color? --colour? --directory --dired --classify? --file-type --format= --full-time \
         --group-directories-first --no-group --human-readable --si --dereference-command-line \
         --dereference-command-line-symlink-to-dir --hide= --hyperlink? --indicator-style= --inode --ignore= --kibibytes \
         --dereference --numeric-uid-gid --literal --hide-control-chars --show-control-chars --quote-name \
         --quoting-style= --reverse --recursive --size --sort= --time= --time-style= --tabsize= --width= --context --zero \
         --help --version",
    ),
    files(
        &["cat", "gcat"],
        "-AbeEnstTuvl --show-all --number-nonblank --show-ends --number --squeeze-blank --show-tabs --show-nonprinting \
         --help --version",
    ),
    files(&["tac"], "-br -s= --before --regex --separator= --help --version"),
    files(
        &["head"],
        "-#qvz -c= -n= --bytes= --lines= --quiet --silent --verbose --zero-terminated --help --version",
    ),
    files(
        &["tail"],
        "-#qvzr -b= -c= -n= -f! -F! -s= --bytes= --follow?! --lines= --max-unchanged-stats= --pid=! --quiet --silent \
         --retry! --sleep-interval= --verbose --zero-terminated --help --version",
    ),
    files(
        &["wc"],
        "-cmlLw --bytes --chars --lines --words --max-line-length --total= --debug --files0-from=< --help --version",
    ),
    files(
        &["nl"],
        "-p -b= -d= -f= -h= -i= -l= -n= -s= -v= -w= --body-numbering= --section-delimiter= --footer-numbering= \
         --header-numbering= --line-increment= --join-blank-lines= --number-format= --no-renumber --number-separator= \
         --starting-line-number= --number-width= --help --version",
    ),
    files(
        &["cut"],
        "-nswz -b= -c= -d= -f= --bytes= --characters= --delimiter= --fields= --complement --only-delimited \
         --output-delimiter= --zero-terminated --help --version",
    ),
    files(
        &["paste"],
        "-sz -d= --delimiters= --serial --zero-terminated --help --version",
    ),
    files(
        &["sort", "gsort"],
        "-bdfgiMhnRrVcCmsuz -k= -o=> -S= -t= -T=! --ignore-leading-blanks --dictionary-order --ignore-case \
         --general-numeric-sort --ignore-nonprinting --month-sort --human-numeric-sort --numeric-sort --random-sort \
         --random-source=< --reverse --sort= --version-sort --batch-size= --check? --compress-program=! --debug \
         --files0-from=! --key= --merge --output=> --stable --buffer-size= --field-separator= --temporary-directory=! \
         --parallel= --unique --zero-terminated --mmap --help --version",
    ),
    Reader {
        names: &["uniq"],
        operands: Operands::InputAndOutput,
        options: Table::new(
            "-#cdDiuz -f= -s= -w= --count --repeated --all-repeated? --skip-fields= --group? --ignore-case --skip-chars= \
             --unique --zero-terminated --check-chars= --help --version",
        ),
    },
    files(
        &["comm"],
        "-123iz --check-order --nocheck-order --output-delimiter= --total --zero-terminated --help --version",
    ),
    files(
        &["diff", "gdiff", "diff3"],
        "-#qscuenylptTrNPiEZbwBadAxXm3 -C= -U= -W= -F= -L= -I= -D= -S= --normal --brief --report-identical-files \
         --context? --unified? --ed --rcs --side-by-side --width= --left-column --suppress-common-lines \
         --show-c-function --show-function-line= --label= --expand-tabs --initial-tab --tabsize= --suppress-blank-empty \
         --paginate! --recursive --no-dereference --new-file --unidirectional-new-file --ignore-file-name-case \
         --no-ignore-file-name-case --exclude= --exclude-from=< --starting-file= --from-file=< --to-file=< \
         --ignore-case --ignore-tab-expansion --ignore-trailing-space --ignore-space-change --ignore-all-space \
         --ignore-blank-lines --ignore-matching-lines= --text --strip-trailing-cr --ifdef= --line-format= \
         --old-group-format= --new-group-format= --unchanged-group-format= --changed-group-format= --old-line-format= \
         --new-line-format= --unchanged-line-format= --minimal --horizon-lines= --speed-large-files --color? --palette= \
         --help --version --diff-program=!",
    ),
    files(
        &["cmp"],
        "-blsvhxz -i= -n= --print-bytes --ignore-initial= --verbose --bytes= --quiet --silent --help --version",
    ),
    files(
        &["sdiff"],
        "-iEZbWBaltsdH -o=> -I= -w= --output=> --ignore-case --ignore-tab-expansion --ignore-trailing-space \
         --ignore-space-change --ignore-all-space --ignore-blank-lines --ignore-matching-lines= --strip-trailing-cr \
         --text --width= --left-column --suppress-common-lines --expand-tabs --tabsize= --minimal --speed-large-files \
         --diff-program=! --help --version",
    ),
    files(
        &["join"],
        "-iz -a= -e= -j= -o= -t= -v= -1= -2= --ignore-case --check-order --nocheck-order --header --zero-terminated \
         --help --version",
    ),
    texts(
        &["tr"],
        "-cCdstu --complement --delete --squeeze-repeats --truncate-set1 --help --version",
    ),
    files(&["rev"], "-0hV --zero --help --version"),
    files(
        &["fold"],
        "-#bsc -w= --bytes --characters --spaces --width= --help --version",
    ),
    files(
        &["fmt"],
        "-#cstumn -p= -w= -g= -d= -l= --crown-margin --prefix= --split-only --tagged-paragraph --uniform-spacing \
         --width= --goal= --help --version",
    ),
    files(
        &["expand", "unexpand"],
        "-#ia -t= --initial --all --first-only --tabs= --help --version",
    ),
    files(
        &["column"],
        "-tdeLJxh -n= -O= -N= -l= -E= -H= -R= -T= -W= -r= -i= -p= -c= -o= -s= -V --table --table-name= --table-order= \
         --table-columns= --table-column= --table-columns-limit= --table-noextreme= --table-noheadings \
         --table-header-repeat --table-hide= --table-right= --table-truncate= --table-wrap= --table-maxout \
         --keep-empty-lines --json --tree= --tree-id= --tree-parent= --output-width= --output-separator= --separator= \
         --fillrows --use-spaces= --color? --help --version",
    ),
    files(
        &["od"],
        "-abcdfilosxvBDeFhHILOX -A= -j= -N= -S= -t= -w? --address-radix= --endian= --skip-bytes= --read-bytes= --format= \
         --output-duplicates --strings? --width? --traditional --help --version",
    ),
    files(
        &["hexdump", "hd"],
        "-bcCdoxvhV -L? -e= -f=< -n= -s= --one-byte-octal --one-byte-hex --one-byte-char --canonical --two-bytes-decimal \
         --two-bytes-octal --two-bytes-hex --color? --format= --format-file=< --length= --skip= --no-squeezing --help \
         --version",
    ),
    files(
        &["strings", "gstrings"],
        "-#adfwohvV -n= -t= -T= -e= -U= -s= --all --data --print-file-name --bytes= --radix= --include-all-whitespace \
         --target= --encoding= --unicode= --output-separator= --help --version",
    ),
    files(
        &["file"],
        "-vbcikLhnN0rsdIZ -z! -S! -p! -m=! -e= -f=! -F= -P= -C! -l! -M=! --help --version --magic-file=! --uncompress! \
         --uncompress-noreport! --brief --checking-printout --exclude= --exclude-quiet= --files-from=! --separator= \
         --mime --apple --extension --mime-type --mime-encoding --keep-going --list! --dereference --no-dereference \
         --no-buffer --no-pad --print0 --preserve-date! --parameter= --raw --special-files --no-sandbox! --compile! \
         --debug",
    ),
    files(
        &["stat", "gstat"],
        "-LfFlnqrsx -c= -t? --dereference --file-system --cached= --format= --printf= --terse --help --version",
    ),
    files(
        &["du", "gdu"],
        "-0abcDHhklmLPSsxnrgAc -B= -d= -t= -X=< -I= --null --all --apparent-size --block-size= --bytes --total \
         --dereference-args --max-depth= --files0-from=< --human-readable --inodes --dereference --count-links \
         --no-dereference --separate-dirs --si --summarize --threshold= --time? --time-style= --exclude-from=< --exclude= \
         --one-file-system --help --version",
    ),
    files(
        &["df"],
        "-ahHiklPTvbgmncIY -B= -t= -x= --all --block-size= --human-readable --si --inodes --local --no-sync --output? \
         --portability --sync --total --type= --print-type --exclude-type= --help --version",
    ),
    files(
        &["tree"],
        "-adfilxpsuguDFqNQrtUXJSvcnChA -L= -P= -I= -H=! -T= -R! -o=> --gitfile=< --gitignore --infofile=< --info! \
         --ignore-case --matchdirs --metafirst --prune --noreport --charset= --filelimit= --filesfirst --dirsfirst \
         --si --du --sort= --timefmt= --inodes --device --nolinks --hintro=! --houtro=! --fromfile! --fromtabfile! \
         --fflinks --help --version --hyperlink --scheme= --authority= --opt-toggle",
    ),
    files(
        &["realpath", "grealpath"],
        "-emLPqsz --canonicalize-existing --canonicalize-missing --logical --physical --quiet --relative-to= \
         --relative-base= --strip --no-symlinks --zero --help --version",
    ),
    files(
        &["readlink", "greadlink"],
        "-femnqsvz --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --quiet --silent --verbose \
         --zero --help --version",
    ),
    texts(&["dirname"], "-z --zero --help --version"),
    texts(&["basename"], "-az -s= --multiple --suffix= --zero --help --version"),
    bare(&["pwd"], "-LP --logical --physical --help --version"),
    texts(
        &["seq", "gseq"],
        "-#w -f= -s= -t= --format= --separator= --equal-width --help --version",
    ),
    texts(&["factor"], "-h --exponents --help --version"),
    bare(
        &["uname"],
        "-asnrvmpio --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor \
         --hardware-platform --operating-system --help --version",
    ),
    bare(&["whoami", "logname", "tty"], "-s --silent --quiet --help --version"),
    texts(
        &["id", "groups"],
        "-aZgGnruzpPFA --context --group --groups --name --real --user --zero --help --version",
    ),
    bare(&["users"], "--help --version"),
    bare(
        &["who"],
        "-abdHlmpqrstTwu --all --boot --dead --heading --ips --login --process --count --runlevel --short --time --users \
         --message --writable --mesg --help --version",
    ),
    bare(
        &["w"],
        "-hufsoipVc --no-header --no-current --short --from --old-style --ip-addr --pids --help --version",
    ),
    bare(
        &["uptime"],
        "-phsVrc --pretty --help --since --version --raw --container",
    ),
    bare(&["nproc"], "--all --ignore= --help --version"),
    bare(&["arch"], "-h --help --version"),
    bare(&["sw_vers"], "--productName --productVersion --buildVersion"),
    // The other forms ask a name server.
    bare(&["hostname"], "-sV --short --help --version"),
    texts(&["getconf"], "-a -v="),
    bare(
        &["lsb_release"],
        "-aidrcsvh --all --id --description --release --codename --short --version --help",
    ),
    texts(
        &["locale"],
        "-amckv --all-locales --charmaps --category-name --keyword-name --verbose --help --version",
    ),
    texts(&["tput"], "-S -T= -V -x"),
    texts(
        &["which", "gwhich"],
        "-asivV --all --read-alias --skip-alias --skip-dot --skip-tilde --show-dot --show-tilde --tty-only --version \
         --help --skip-functions --read-functions",
    ),
    texts(&["whereis"], "-bmsul --help --version -B= -M= -S= -f -hV"),
    texts(&["type"], "-aftpP"),
    texts(
        &["cal", "ncal"],
        "-#13jsmyYwhVbCeJop -n= -A= -B= -d= -H= -M -S --one --three --sunday --monday --julian --year --twelve --week? \
         --color? --help --version --span --months= --reform= --iso",
    ),
    files(
        &[
            "md5sum",
            "sha1sum",
            "sha224sum",
            "sha256sum",
            "sha384sum",
            "sha512sum",
            "b2sum",
            "b3sum",
            "cksum",
            "sum",
            "md5",
            "shasum",
        ],
        "-bctzwrspqU1 -a= -l= -o= --algorithm= --binary --check --length= --tag --untagged --text --zero \
         --ignore-missing --quiet --status --strict --warn --raw --base64 --sysv --debug --num-threads= --no-names --help \
         --version",
    ),
    files(
        &["base64", "base32", "basenc"],
        "-dDinz -b= -w= --decode --ignore-garbage --wrap= --break= --base64 --base64url --base32 --base32hex --base16 \
         --base2msbf --base2lsbf --z85 --base58 --help --version",
    ),
    texts(
        &["numfmt"],
        "-z -d= --debug --delimiter= --field= --format= --from= --from-unit= --grouping --header? --invalid= --padding= \
         --round= --suffix= --to= --to-unit= --unit-separator= --zero-terminated --help --version",
    ),
    files(
        &["shuf"],
        "-erz -i= -n= -o=> --echo --input-range= --head-count= --output=> --random-source=< --repeat --zero-terminated \
         --help --version",
    ),
    files(&["tsort"], "-w --help --version"),
    files(
        &["pr"],
        "-#acdFfmrtTvpJ -D= -e? -h= -i? -l= -n? -N= -o= -s? -S? -w= -W= --columns= --across --show-control-chars \
         --double-space --date-format= --expand-tabs? --form-feed --header= --output-tabs? --join-lines --length= --merge \
         --number-lines? --first-line-number= --indent= --no-file-warnings --separator? --sep-string? --omit-header \
         --omit-pagination --show-nonprinting --width= --page-width= --help --version",
    ),
    texts(
        &["pgrep"],
        "-laxvwcfinoLAhVIq -d= -g= -G= -O= -P= -s= -t= -u= -U= -F=< -r= -M= -N= --delimiter= --list-name --list-full --inverse \
         --lightweight --count --full --pgroup= --group= --ignore-case --newest --oldest --older= --parent= --session= \
         --terminal= --euid= --uid= --exact --pidfile=< --logpidfile --runstates= --ignore-ancestors --cgroup= --ns= \
         --nslist= --env=! --signal=! --help --version --quiet",
    ),
    bare(
        &["free"],
        "-bkmghltvwLV -s=! -c= --bytes --kilo --mega --giga --tera --peta --kibi --mebi --gibi --tebi --pebi --human --si \
         --lohi --total --committed --seconds=! --count= --wide --line --help --version",
    ),
    bare(
        &["vmstat"],
        "-amnsdDwtyhV -p= -S= --active --slabs --one-header --stats --disk --disk-sum --partition= --unit= --wide \
         --timestamp --no-first --help --version",
    ),
    bare(
        &["lscpu"],
        "-abBchJxyV -C? -e? -p? -s= -r --all --online --bytes --caches? --offline --json --extended? --parse? --sysroot= \
         --hex --physical --output-all --raw --hierarchic? --help --version",
    ),
    texts(
        &["lsblk"],
        "-ADJMOPSabdfilmnprstyzhVNHvTQ -E= -I= -e= -o= -w= -x= --noempty --discard --dedup= --include= --json --merge \
         --output-all --pairs --scsi --tree? --all --bytes --nodeps --exclude= --fs --ascii --list --perms --noheadings \
         --output= --paths --raw --inverse --topology --width= --sort= --shell --zoned --sysroot= --nvme --virtio --help \
         --version",
    ),
    texts(
        &["findmnt"],
        "-smkAabCcDefiJlnPRrUuvyxhVHI -d= -F=< -N= -O= -o= -S= -T= -M= -t= --fstab --mtab --kernel --all --ascii --bytes \
         --nocanonicalize --canonicalize --df --direction= --evaluate --tab-file=< --first-only --invert --json --list \
         --task= --noheadings --options= --output= --output-all --pairs --pseudo --shadowed --submounts --raw --real \
         --source= --target= --tree --mountpoint= --types= --uniq --notruncate --nofsroot --shell --verify --verbose \
         --vfs-all --help --version",
    ),
    texts(&["lsmod", "runlevel"], "--help --version"),
    files(
        &["look"],
        "-adfhV -t= --alternative --alphanum --ignore-case --terminate= --help --version",
    ),
    files(
        &["zcat", "gzcat", "bzcat", "xzcat", "zstdcat", "lzcat"],
        "-fqvshkl --force --quiet --verbose --help --version --stdout --list --keep",
    ),
    files(
        &["nm", "gnm"],
        "-AaBCDfglnopPrsSuUvVhW -t= -T= -e --format= --demangle? --no-demangle --dynamic --defined-only --extern-only \
         --line-numbers --numeric-sort --no-sort --portability --print-size --print-armap --print-file-name --radix= \
         --reverse-sort --size-sort --undefined-only --special-syms --synthetic --plugin=! --help --version",
    ),
    files(
        &["readelf", "greadelf"],
        "-aehlSgtsnrduVAcDLzPCWITvH -x= -p= -R= -w? -U= --all --file-header --program-headers --segments --section-headers \
         --sections --section-groups --section-details --headers --syms --symbols --dyn-syms --lto-syms --notes --relocs \
         --unwind --dynamic --version-info --arch-specific --archive-index --use-dynamic --hex-dump= --string-dump= \
         --relocated-dump= --decompress --debug-dump? --demangle? --wide --histogram --plugin=! --help --version --silent-truncation",
    ),
    files(
        &["objdump", "gobjdump"],
        "-afphxdDSsgeGtTrRvwVzlCiFH -b= -m= -j= -M= -E= -W? -L? -P= --archive-headers --file-headers --private-headers \
         --section-headers --headers --all-headers --disassemble? --disassemble-all --source? --full-contents --debugging \
         --syms --dynamic-syms --reloc --dynamic-reloc --demangle? --no-show-raw-insn --line-numbers --architecture= \
         --section= --disassembler-options= --start-address= --stop-address= --wide --disassemble-zeroes --info --plugin=! --help \
         --version --no-addresses --visualize-jumps?",
    ),
    files(
        &["size", "gsize"],
        "-ABGdoxtfVm -l --format= --radix= --common --totals --plugin=! --help --version",
    ),
];

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    let reader = READERS.iter().find(|reader| reader.names.contains(&name))?;
    Some(read(reader, name, call))
}

fn read(reader: &Reader, name: &str, call: &Call) -> Known {
    let parsed = reader.options.parse(&call.args);
    let mut known = Known::reads(name);
    known.apply(name, &reader.options, &parsed, call);
    match reader.operands {
        Operands::Texts => {}
        Operands::Files => {
            if name_takes_lists(name)
                && parsed
                    .operands
                    .iter()
                    .any(|arg| literal(arg).is_some_and(|word| word.starts_with('@')))
            {
                known.doubt("unknown.argument", "`@file` brings options along");
            }
            known.add_all(parsed.operands, Use::Read);
        }
        Operands::None if parsed.operands.is_empty() => {}
        Operands::None => known.raise(Class::Unknown, "unknown.argument", || {
            format!("`{name}` with an operand does more than print")
        }),
        Operands::InputAndOutput => {
            let mut operands = parsed.operands.iter();
            operands
                .next()
                .into_iter()
                .for_each(|input| known.add(input, Use::Read));
            for output in operands {
                known.add(output, Use::Write);
                known.raise(Class::Writes, &format!("write.{name}"), || {
                    format!("the second file of `{name}` is written")
                });
            }
            if call.args.iter().any(|arg| literal(arg).is_none()) {
                known.doubt(
                    "unknown.argument",
                    &format!("an argument of `{name}` may be the file that it writes"),
                );
            }
        }
    }
    known
}

/// Whether `@file` stands for the options in it.
fn name_takes_lists(name: &str) -> bool {
    matches!(
        name.trim_start_matches('g'),
        "nm" | "readelf" | "objdump" | "size" | "strings"
    )
}
