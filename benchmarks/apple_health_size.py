"""How fast, and in how much memory, a large export of Apple Health is read: made-up records, as many as it takes.

Run: python benchmarks/apple_health_size.py [--megabytes 1000] [--zip]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
import zipfile
from pathlib import Path

import device_samples as made

from rlskit.diary.readers.read import read_diary

PULSE = b"""\
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Somebody's Watch" sourceVersion="9.6.3" device="&lt;&lt;\
HKDevice: 0x533ad2350&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch&gt;" unit="count/min" creationDate=\
"2025-05-28 19:26:08 +0100" startDate="2025-05-28 19:20:56 +0100" endDate="2025-05-28 19:20:56 +0100" value="56">
  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>
 </Record>
"""


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--megabytes", type=int, default=1000)
    words.add_argument("--nights", type=int, default=3000)
    words.add_argument("--zip", action="store_true")
    asked = words.parse_args()
    nights = made.apple(made.slept(asked.nights)).removesuffix(b"</HealthData>\n")
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "export.xml"
        with path.open("wb") as file:
            file.write(nights)
            block = PULSE * 2000
            for _ in range(asked.megabytes * 2**20 // len(block)):
                file.write(block)
            file.write(b"</HealthData>\n")
        size, given = path.stat().st_size / 2**20, path
        if asked.zip:
            given = path.with_suffix(".zip")
            with zipfile.ZipFile(given, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(path, "apple_health_export/export.xml")
            path.unlink()
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.process_time()
        diary = read_diary(given)
        took = time.process_time() - began
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:,.0f} MB{' in a zip' if asked.zip else ''}, {len(diary.daily):,} nights: {took:.1f} s of the "
              f"processor, {size / took:.0f} MB/s; {most:.0f} MB at most, {before:.0f} of them before")


if __name__ == "__main__":
    main()
