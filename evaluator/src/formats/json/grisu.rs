//! The shortest-digits algorithm Grisu2 (Loitsch 2010) with the precision and power table of
//! nlohmann's library. Grisu2 misses the shortest or nearest digits now and then, so only the
//! same tables give the same digits: a crate that prints the true shortest form would differ.

/// Decimal digits of a positive finite float: value ≈ 0.DIGITS × 10^point.
pub(super) struct Digits {
    pub(super) digits: Vec<u8>,
    pub(super) point: i32,
}

/// A floating-point number f × 2^e with 64 bits of precision.
#[derive(Clone, Copy)]
struct Wide {
    f: u64,
    e: i32,
}

impl Wide {
    fn times(self, other: Wide) -> Wide {
        let product = u128::from(self.f) * u128::from(other.f) + (1 << 63);
        Wide {
            f: (product >> 64) as u64,
            e: self.e + other.e + 64,
        }
    }

    fn normalized(self) -> Wide {
        let shift = self.f.leading_zeros();
        Wide {
            f: self.f << shift,
            e: self.e - shift.cast_signed(),
        }
    }
}

const FIRST_POWER: i32 = -300;
const POWER_STEP: i32 = 8;

/// The significands of 10^-300, 10^-292, … 10^324, rounded to 64 bits.
const POWERS: [u64; 79] = [
    0xab70fe17c79ac6ca,
    0xff77b1fcbebcdc4f,
    0xbe5691ef416bd60c,
    0x8dd01fad907ffc3c,
    0xd3515c2831559a83,
    0x9d71ac8fada6c9b5,
    0xea9c227723ee8bcb,
    0xaecc49914078536d,
    0x823c12795db6ce57,
    0xc21094364dfb5637,
    0x9096ea6f3848984f,
    0xd77485cb25823ac7,
    0xa086cfcd97bf97f4,
    0xef340a98172aace5,
    0xb23867fb2a35b28e,
    0x84c8d4dfd2c63f3b,
    0xc5dd44271ad3cdba,
    0x936b9fcebb25c996,
    0xdbac6c247d62a584,
    0xa3ab66580d5fdaf6,
    0xf3e2f893dec3f126,
    0xb5b5ada8aaff80b8,
    0x87625f056c7c4a8b,
    0xc9bcff6034c13053,
    0x964e858c91ba2655,
    0xdff9772470297ebd,
    0xa6dfbd9fb8e5b88f,
    0xf8a95fcf88747d94,
    0xb94470938fa89bcf,
    0x8a08f0f8bf0f156b,
    0xcdb02555653131b6,
    0x993fe2c6d07b7fac,
    0xe45c10c42a2b3b06,
    0xaa242499697392d3,
    0xfd87b5f28300ca0e,
    0xbce5086492111aeb,
    0x8cbccc096f5088cc,
    0xd1b71758e219652c,
    0x9c40000000000000,
    0xe8d4a51000000000,
    0xad78ebc5ac620000,
    0x813f3978f8940984,
    0xc097ce7bc90715b3,
    0x8f7e32ce7bea5c70,
    0xd5d238a4abe98068,
    0x9f4f2726179a2245,
    0xed63a231d4c4fb27,
    0xb0de65388cc8ada8,
    0x83c7088e1aab65db,
    0xc45d1df942711d9a,
    0x924d692ca61be758,
    0xda01ee641a708dea,
    0xa26da3999aef774a,
    0xf209787bb47d6b85,
    0xb454e4a179dd1877,
    0x865b86925b9bc5c2,
    0xc83553c5c8965d3d,
    0x952ab45cfa97a0b3,
    0xde469fbd99a05fe3,
    0xa59bc234db398c25,
    0xf6c69a72a3989f5c,
    0xb7dcbf5354e9bece,
    0x88fcf317f22241e2,
    0xcc20ce9bd35c78a5,
    0x98165af37b2153df,
    0xe2a0b5dc971f303a,
    0xa8d9d1535ce3b396,
    0xfb9b7cd9a4a7443c,
    0xbb764c4ca7a44410,
    0x8bab8eefb6409c1a,
    0xd01fef10a657842c,
    0x9b10a4e5e9913129,
    0xe7109bfba19c0c9d,
    0xac2820d9623bf429,
    0x80444b5e7aa7cf85,
    0xbf21e44003acdd2d,
    0x8e679c2f5e44ff8f,
    0xd433179d9c8cb841,
    0x9e19db92b4e31ba9,
];

/// A power of ten whose product with a number of this binary exponent has an exponent from -60
/// to -32, and its decimal exponent.
fn power_for(e: i32) -> (Wide, i32) {
    let wanted = -60 - e - 1;
    let k = wanted * 78913 / (1 << 18) + i32::from(wanted > 0);
    let index = (k - FIRST_POWER + POWER_STEP - 1) / POWER_STEP;
    let k = FIRST_POWER + index * POWER_STEP;
    let power = Wide {
        f: POWERS[usize::try_from(index).expect("binary exponents of floats are in range")],
        // ⌊k log2 10⌋ - 63, exact for these k.
        e: ((k * 217_706) >> 16) - 63,
    };
    (power, k)
}

/// The digits of a positive finite float.
pub(super) fn digits(value: f64) -> Digits {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52) as i32;
    let number = if biased == 0 {
        Wide {
            f: fraction,
            e: -1074,
        }
    } else {
        Wide {
            f: fraction | 1 << 52,
            e: biased - 1075,
        }
    };
    let upper = Wide {
        f: 2 * number.f + 1,
        e: number.e - 1,
    }
    .normalized();
    // Below a power of two the neighbour is only half as far away.
    let lower = if fraction == 0 && biased > 1 {
        Wide {
            f: 4 * number.f - 1,
            e: number.e - 2,
        }
    } else {
        Wide {
            f: 2 * number.f - 1,
            e: number.e - 1,
        }
    };
    let lower = Wide {
        f: lower.f << (lower.e - upper.e),
        e: upper.e,
    };
    let (power, k) = power_for(upper.e);
    let middle = number.normalized().times(power);
    let lower = lower.times(power);
    let upper = upper.times(power);
    generate(lower.f + 1, middle.f, upper.f - 1, -upper.e, -k)
}

/// Digits of a number between `lower` and `upper`, as few as possible and then near `middle`;
/// the three are in units of 2^-`shift` × 10^`exponent`.
fn generate(lower: u64, middle: u64, upper: u64, shift: i32, exponent: i32) -> Digits {
    let mut delta = upper - lower;
    let mut distance = upper - middle;
    let one = 1u64 << shift;
    let mut whole = (upper >> shift) as u32;
    let mut fraction = upper & (one - 1);
    let mut digits = Vec::with_capacity(18);

    let mut places = whole
        .checked_ilog10()
        .map_or(1, |log| log.cast_signed() + 1);
    let mut power = 10u32.pow((places - 1).cast_unsigned());
    while places > 0 {
        digits.push(b'0' + (whole / power) as u8);
        whole %= power;
        places -= 1;
        let rest = (u64::from(whole) << shift) + fraction;
        if rest <= delta {
            approach(
                &mut digits,
                distance,
                delta,
                rest,
                u64::from(power) << shift,
            );
            return finished(digits, exponent + places);
        }
        power /= 10;
    }
    let mut decimals = 0;
    loop {
        fraction *= 10;
        digits.push(b'0' + (fraction >> shift) as u8);
        fraction &= one - 1;
        decimals += 1;
        delta *= 10;
        distance *= 10;
        if fraction <= delta {
            break;
        }
    }
    approach(&mut digits, distance, delta, fraction, one);
    finished(digits, exponent - decimals)
}

/// Counts the last digit down while that brings the number nearer to the middle.
fn approach(digits: &mut [u8], distance: u64, delta: u64, mut rest: u64, unit: u64) {
    if let Some(last) = digits.last_mut() {
        while rest < distance
            && delta - rest >= unit
            && (rest + unit < distance || distance - rest > rest + unit - distance)
        {
            *last -= 1;
            rest += unit;
        }
    }
}

fn finished(digits: Vec<u8>, exponent: i32) -> Digits {
    let count = i32::try_from(digits.len()).expect("a float has at most 17 digits");
    Digits {
        digits,
        point: count + exponent,
    }
}
