"""What happened in 滨河佳苑, as data: six matters with what was said, proposed, resolved and answered."""

from __future__ import annotations

from dataclasses import dataclass, field

ADOPTED, MERGED, REJECTED = "adopted", "merged", "rejected"


@dataclass(frozen=True, slots=True)
class Said:
    """A proposal at a meeting: by which side, in which words, with which outcome and reason."""

    party: str
    text: str
    outcome: str = ADOPTED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A project: title, unit, phases with what each plans, and how many of them were accepted."""

    title: str
    unit: str
    phases: tuple[tuple[str, int], ...]
    accepted: int
    starts: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A vote: question, rule, days of opening and closing, and how many took part, were for, against."""

    title: str
    question: str
    explanation: str
    rule: str
    article: str
    opens: int
    closes: int
    part: int
    against: int
    abstain: int
    paper: int


@dataclass(frozen=True, slots=True)
class Told:
    """A matter from its first report to where it is now; days count back from the day of replay."""

    category: str
    title: str
    building: str
    spot: str
    reports: tuple[str, ...]
    homes: int
    begins: int
    meets: int
    said: tuple[Said, ...]
    resolution: str
    outcome: str
    done: int | None
    answer: str = ""
    vote: Asked | None = None
    plan: Plan | None = None
    ratings: tuple[int, ...] = ()
    people: dict[str, int] = field(default_factory=dict)


PEOPLE = {"社区": 2, "住户代表": 7, "物业": 2}

MATTERS: tuple[Told, ...] = (
    Told(
        category="设施维修",
        title="北楼2单元门禁坏了，门关不上",
        building="北楼",
        spot="2单元大门",
        reports=(
            "门禁刷卡没反应，晚上门一直开着，不放心。",
            "门关不严，外面的人随便进。",
            "孩子放学回来门是敞着的，请修一修。",
        ),
        homes=4,
        begins=262,
        meets=250,
        said=(
            Said("物业", "换一套新的门禁主机，旧卡重新登记就能用"),
            Said("住户代表", "换好以前，晚上十点由保安来锁门"),
            Said("住户代表", "改成人脸识别", REJECTED, "要采集人脸，多数人不放心，刷卡够用"),
        ),
        resolution="由物业更换北楼2单元门禁主机，旧卡重新登记；换好以前每晚十点由保安锁门。",
        outcome="work",
        done=241,
        answer="北楼2单元的门禁主机已经换好，旧卡在物业前台登记后就能用。门现在能自己关严了。谢谢您提出来。",
        ratings=(5, 5, 4),
    ),
    Told(
        category="漏水渗水",
        title="地下车库西口下雨就积水",
        building="",
        spot="地下车库西口",
        reports=(
            "下大雨车库西口积水到脚踝，车开不出来。",
            "西口排水沟堵了，水倒灌进来。",
            "电动车泡了水，请尽快处理。",
        ),
        homes=11,
        begins=236,
        meets=225,
        said=(
            Said("物业", "清理西口的排水沟，坏的两块盖板一起换"),
            Said("住户代表", "在坡顶加一道挡水坎"),
            Said("住户代表", "整个车库重做防水", REJECTED, "花费大，先看清沟和加坎以后管不管用"),
        ),
        resolution="分两期处理三处排水：先清两处排水沟并换盖板，再在坡顶加一道挡水坎。",
        outcome="project",
        done=196,
        answer="车库西口的两处排水沟已经清通，坡顶加了挡水坎，三处都验收了。上个月两场大雨没有再积水。",
        plan=Plan("地下车库西口排水", "处", (("清沟换盖板", 2), ("坡顶挡水坎", 1)), accepted=2, starts=219),
        ratings=(5, 4, 5, 5),
    ),
    Told(
        category="消防通道",
        title="快递柜占了南楼东侧的消防通道",
        building="南楼",
        spot="东侧通道",
        reports=("快递柜摆在消防通道上，救护车都进不来。", "取快递的人把通道堵了，老人出入不方便。"),
        homes=7,
        begins=190,
        meets=179,
        said=(
            Said("社区", "快递柜移到南楼大堂西侧的空地，通道划黄线"),
            Said("物业", "移柜的时间定在周末，提前三天贴通知", MERGED, "写进了采纳的方案"),
        ),
        resolution="快递柜周末移到南楼大堂西侧空地，提前三天贴通知；原处划消防通道黄线。",
        outcome="work",
        done=170,
        answer="快递柜已经移走，原处划了黄线，写了“消防通道，禁止占用”。取件地点在南楼大堂西侧。",
        ratings=(5, 4),
    ),
    Told(
        category="停车充电",
        title="电动车堵着楼门，还推上楼充电",
        building="南楼",
        spot="各单元门口",
        reports=(
            "电动车堵着单元门，轮椅推不出去。",
            "有人把电动车推进电梯拿回家充，太吓人了。",
            "门口横七竖八全是电动车，晚上绊了一跤。",
            "楼道里有人拉线充电，请管一管。",
        ),
        homes=9,
        begins=160,
        meets=149,
        said=(
            Said("社区", "把“电动车不上楼、不进楼道”写进管理规约，请业主表决"),
            Said("物业", "六个单元门口各装一套阻车装置和提示牌"),
            Said("住户代表", "发现一次罚款两百", REJECTED, "小区没有罚款的权力，只能劝阻、登记、报消防"),
        ),
        resolution="把“电动车不上楼、不进楼道”写进管理规约，交业主表决；通过后在六个单元门口装阻车装置和提示牌。",
        outcome="vote",
        done=88,
        answer="管理规约已经表决通过，六个单元门口都装了阻车装置和提示牌。再看到有人推车上楼，请打物业电话，我们当场劝阻并登记。",
        vote=Asked(
            title="电动车不上楼、不进楼道，写进管理规约",
            question="是否同意把“电动车不上楼、不进楼道”写进管理规约？",
            explanation="南楼、北楼先后有九户反映。第 4 次议事会决定请全体业主表决。通过后对全体业主有效。",
            rule="ordinary",
            article="《民法典》第278条第1款第2项",
            opens=144,
            closes=124,
            part=190,
            against=17,
            abstain=11,
            paper=44,
        ),
        plan=Plan("单元门口阻车装置", "套", (("南楼三个单元", 3), ("北楼三个单元", 3)), accepted=2, starts=118),
        ratings=(5, 5, 3, 4),
    ),
    Told(
        category="噪音扰民",
        title="早上六点打扫太吵，想改晚一点",
        building="北楼",
        spot="楼下",
        reports=("保洁六点就推垃圾桶，吵得睡不着。", "能不能把打扫改到七点半以后。"),
        homes=3,
        begins=82,
        meets=73,
        said=(
            Said("物业", "楼下打扫改到七点半，垃圾桶换静音轮"),
            Said("住户代表", "周末再晚半小时", MERGED, "写进了采纳的方案"),
        ),
        resolution="楼下打扫改到七点半开始，周末八点；垃圾桶换静音轮。",
        outcome="work",
        done=66,
        answer="从这个月起，楼下打扫改到七点半，周末八点，垃圾桶的轮子也换了静音的。",
        ratings=(5, 5),
    ),
    Told(
        category="停车充电",
        title="电动车没处停，车位不够",
        building="",
        spot="两栋楼之间",
        reports=(
            "全小区三百辆电动车，划的车位停不下，只好乱放。",
            "北楼1单元门口天天满，晚回来就没地方停。",
            "南楼西侧那块空地能不能划成车位。",
            "车位不够，请再划一些。",
        ),
        homes=12,
        begins=60,
        meets=50,
        said=(
            Said("住户代表", "把南楼西侧和北楼东侧的空地划成停放区，加十八个车位"),
            Said("物业", "划线以前先留出消防车转弯的地方", MERGED, "写进了采纳的方案"),
            Said("住户代表", "占用一块绿地再多划三十个", REJECTED, "改绿地要另外报批，这次先不动"),
        ),
        resolution="在南楼西侧、北楼东侧的空地加划十八个非机动车位，分两期，先十个后八个，留足消防车转弯的地方。",
        outcome="vote",
        done=None,
        vote=Asked(
            title="空地加划十八个非机动车位",
            question="是否同意把南楼西侧、北楼东侧的空地改为非机动车停放区？",
            explanation="登记的车位 282 个，至少要 300 个。空地是全体业主共有的，改变用途要四分之三以上同意。",
            rule="special",
            article="《民法典》第278条第1款第8项",
            opens=47,
            closes=28,
            part=221,
            against=22,
            abstain=13,
            paper=52,
        ),
        plan=Plan("加划非机动车位", "个", (("南楼西侧空地", 10), ("北楼东侧空地", 8)), accepted=0, starts=13),
    ),
)

#: The vote that runs on the day of replay; its figures stay short of the quorum on purpose.
RUNNING = Asked(
    title="物业合同到期，是否续聘现在的物业",
    question="是否同意续聘滨河物业服务公司，合同两年？",
    explanation="合同还有两个月到期。续聘和另选的好处、坏处都贴在两栋楼的公告栏里。",
    rule="ordinary",
    article="《民法典》第278条第1款第4项",
    opens=6,
    closes=-11,
    part=152,
    against=30,
    abstain=9,
    paper=31,
)
